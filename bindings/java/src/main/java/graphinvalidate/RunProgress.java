// Made by cargo xtask abi from the library's source. Do not edit.

package graphinvalidate;

import java.time.Duration;

/** How far a run is, at one moment. */
public final class RunProgress {
    private final long added;
    private final long duplicates;
    private final long excluded;
    private final long acceptedBefore;
    private final long accepted;
    private final long verified;
    private final long failed;
    private final long planned;
    private final long waiting;
    private final long neverAttempted;
    private final long inFlight;
    private final long verifying;
    private final long attempts;
    private final long throttled;
    private final double rate;
    private final double pace;
    private final Duration pause;
    private final Duration timeLeft;
    private final int wanted;
    private final int unanswered;
    private final long unverified;

    RunProgress(Reader reader) {
        reader.wide();
        added = reader.wide();
        duplicates = reader.wide();
        excluded = reader.wide();
        acceptedBefore = reader.wide();
        accepted = reader.wide();
        verified = reader.wide();
        failed = reader.wide();
        planned = reader.wide();
        waiting = reader.wide();
        neverAttempted = reader.wide();
        inFlight = reader.wide();
        verifying = reader.wide();
        attempts = reader.wide();
        throttled = reader.wide();
        rate = reader.real();
        pace = reader.real();
        pause = reader.milliseconds();
        timeLeft = reader.milliseconds();
        wanted = reader.word();
        unanswered = reader.word();
        unverified = reader.wide();
    }

    /**
     * Number of users added.
     *
     * @return the value.
     */
    public long added() {
        return added;
    }

    /**
     * Number of added users that were duplicates (same key or object id).
     *
     * @return the value.
     */
    public long duplicates() {
        return duplicates;
    }

    /**
     * Number of users left out as excluded.
     *
     * @return the value.
     */
    public long excluded() {
        return excluded;
    }

    /**
     * Number of users accepted in an earlier part of the run, according to the journal.
     *
     * @return the value.
     */
    public long acceptedBefore() {
        return acceptedBefore;
    }

    /**
     * Number of users the service accepted, verified or not.
     *
     * @return the value.
     */
    public long accepted() {
        return accepted;
    }

    /**
     * Number of users in accepted and accepted_before that were verified.
     *
     * @return the value.
     */
    public long verified() {
        return verified;
    }

    /**
     * Number of users that failed: the service did not accept them.
     *
     * @return the value.
     */
    public long failed() {
        return failed;
    }

    /**
     * Number of users that a dry run found.
     *
     * @return the value.
     */
    public long planned() {
        return planned;
    }

    /**
     * Number of users waiting to be sent, or to be sent again.
     *
     * @return the value.
     */
    public long waiting() {
        return waiting;
    }

    /**
     * Number of those that were never attempted.
     *
     * @return the value.
     */
    public long neverAttempted() {
        return neverAttempted;
    }

    /**
     * Number of users in flight. After the end: those in flight when the run ended.
     *
     * @return the value.
     */
    public long inFlight() {
        return inFlight;
    }

    /**
     * Number of users in accepted and accepted_before that wait to be verified.
     *
     * @return the value.
     */
    public long verifying() {
        return verifying;
    }

    /**
     * Number of times a user was sent, retries included.
     *
     * @return the value.
     */
    public long attempts() {
        return attempts;
    }

    /**
     * Number of refusals because a quota was exceeded.
     *
     * @return the value.
     */
    public long throttled() {
        return throttled;
    }

    /**
     * Users per second, over the last seconds.
     *
     * @return the value.
     */
    public double rate() {
        return rate;
    }

    /**
     * Users per second that the known quota allows in the long run; Double.POSITIVE_INFINITY without pacing.
     *
     * @return the value.
     */
    public double pace() {
        return pace;
    }

    /**
     * Time for which nothing is sent: because the service asked for it or, if unanswered is not 0, because it
     * does not answer.
     *
     * @return the value.
     */
    public Duration pause() {
        return pause;
    }

    /**
     * Estimated time for the waiting users, by what is known of the quota.
     *
     * @return the value.
     */
    public Duration timeLeft() {
        return timeLeft;
    }

    /**
     * Number of users that may be added now without memory growing: for programs that stream a long list.
     *
     * @return the value.
     */
    public int wanted() {
        return wanted;
    }

    /**
     * Number of consecutive requests without a response.
     *
     * @return the value.
     */
    public int unanswered() {
        return unanswered;
    }

    /**
     * Number of users in accepted and accepted_before whose sign-out could not be verified.
     *
     * @return the value.
     */
    public long unverified() {
        return unverified;
    }

    @Override
    public String toString() {
        return "RunProgress{added=" + added
                + ", duplicates=" + duplicates
                + ", excluded=" + excluded
                + ", acceptedBefore=" + acceptedBefore
                + ", accepted=" + accepted
                + ", verified=" + verified
                + ", failed=" + failed
                + ", planned=" + planned
                + ", waiting=" + waiting
                + ", neverAttempted=" + neverAttempted
                + ", inFlight=" + inFlight
                + ", verifying=" + verifying
                + ", attempts=" + attempts
                + ", throttled=" + throttled
                + ", rate=" + rate
                + ", pace=" + pace
                + ", pause=" + pause
                + ", timeLeft=" + timeLeft
                + ", wanted=" + wanted
                + ", unanswered=" + unanswered
                + ", unverified=" + unverified
                + "}";
    }
}
