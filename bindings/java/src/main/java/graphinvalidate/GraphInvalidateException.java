// Made by cargo xtask abi from the library's source. Do not edit.

package graphinvalidate;

import org.jspecify.annotations.Nullable;

/** A call that failed, or a run that failed as a whole: unchecked, with a class for each kind of failure. */
public class GraphInvalidateException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient InvalidateOutcome outcome;

    private GraphInvalidateException(InvalidateOutcome outcome, Throwable cause) {
        super(text(outcome), cause);
        this.outcome = outcome;
    }

    /**
     * All that is known about it.
     *
     * @return the outcome; null in an exception that was serialized.
     */
    public @Nullable InvalidateOutcome outcome() {
        return outcome;
    }

    /**
     * How it ended.
     *
     * @return the status; {@link Status#UNKNOWN} in an exception that was serialized.
     */
    public Status status() {
        return outcome == null ? Status.UNKNOWN : outcome.status();
    }

    private static String text(InvalidateOutcome outcome) {
        String message = outcome.message() == null ? outcome.status().toString() : outcome.message();
        return outcome.hint() == null ? message : message + " " + outcome.hint();
    }

    /** The exception of a failure that went no further than these classes. */
    static GraphInvalidateException local(Status status, String user, String message, Throwable cause) {
        return of(status.number(), new InvalidateOutcome(status, user, message, null), cause);
    }

    static GraphInvalidateException of(int number, InvalidateOutcome outcome, Throwable cause) {
        switch (number / 100) {
            case 1:
                return new Input(outcome, cause);
            case 2:
                return new Token(outcome, cause);
            case 3:
                return new Permission(outcome, cause);
            case 4:
                return new User(outcome, cause);
            case 5:
                return new Throttled(outcome, cause);
            case 6:
                return new Network(outcome, cause);
            case 7:
                return new Service(outcome, cause);
            case 8:
                return new Run(outcome, cause);
            case 9:
                return new Internal(outcome, cause);
            default:
                return new GraphInvalidateException(outcome, cause);
        }
    }

    /**
     * An argument or an option cannot be used; nothing was sent.
     */
    public static final class Input extends GraphInvalidateException {
        private static final long serialVersionUID = 1L;

        private Input(InvalidateOutcome outcome, Throwable cause) {
            super(outcome, cause);
        }
    }

    /**
     * The access token is missing, invalid, expired or was refused: get another one.
     */
    public static final class Token extends GraphInvalidateException {
        private static final long serialVersionUID = 1L;

        private Token(InvalidateOutcome outcome, Throwable cause) {
            super(outcome, cause);
        }
    }

    /**
     * The token lacks the scope, or its owner the role, for this action on this user; the hint names both.
     */
    public static final class Permission extends GraphInvalidateException {
        private static final long serialVersionUID = 1L;

        private Permission(InvalidateOutcome outcome, Throwable cause) {
            super(outcome, cause);
        }
    }

    /**
     * The tenant has no such user, or the service rejects the user key.
     */
    public static final class User extends GraphInvalidateException {
        private static final long serialVersionUID = 1L;

        private User(InvalidateOutcome outcome, Throwable cause) {
            super(outcome, cause);
        }
    }

    /**
     * The service asked to wait longer than the timeout allows; the outcome says how long.
     */
    public static final class Throttled extends GraphInvalidateException {
        private static final long serialVersionUID = 1L;

        private Throttled(InvalidateOutcome outcome, Throwable cause) {
            super(outcome, cause);
        }
    }

    /**
     * The network, TLS or a proxy failed, or the token would have gone to a host that must not get it.
     */
    public static final class Network extends GraphInvalidateException {
        private static final long serialVersionUID = 1L;

        private Network(InvalidateOutcome outcome, Throwable cause) {
            super(outcome, cause);
        }
    }

    /**
     * The service failed, refused the request, did not confirm it, or did not show the change in time.
     */
    public static final class Service extends GraphInvalidateException {
        private static final long serialVersionUID = 1L;

        private Service(InvalidateOutcome outcome, Throwable cause) {
            super(outcome, cause);
        }
    }

    /**
     * The call or the run ended early: it was cancelled, its time was over, or its journal cannot be used.
     */
    public static final class Run extends GraphInvalidateException {
        private static final long serialVersionUID = 1L;

        private Run(InvalidateOutcome outcome, Throwable cause) {
            super(outcome, cause);
        }
    }

    /**
     * An internal error in graph-invalidate: please report it.
     */
    public static final class Internal extends GraphInvalidateException {
        private static final long serialVersionUID = 1L;

        private Internal(InvalidateOutcome outcome, Throwable cause) {
            super(outcome, cause);
        }
    }
}
