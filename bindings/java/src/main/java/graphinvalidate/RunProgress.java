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
     * How many users were added.
     *
     * @return the value.
     */
    public long added() {
        return added;
    }

    /**
     * How many of them were there before under the same key, or the same object id.
     *
     * @return the value.
     */
    public long duplicates() {
        return duplicates;
    }

    /**
     * How many were left out as excluded.
     *
     * @return the value.
     */
    public long excluded() {
        return excluded;
    }

    /**
     * How many were accepted in an earlier part of the run, by the journal.
     *
     * @return the value.
     */
    public long acceptedBefore() {
        return acceptedBefore;
    }

    /**
     * How many the service accepted, whether they were verified or not.
     *
     * @return the value.
     */
    public long accepted() {
        return accepted;
    }

    /**
     * How many of accepted and accepted_before were verified.
     *
     * @return the value.
     */
    public long verified() {
        return verified;
    }

    /**
     * How many failed for good: the service did not accept them.
     *
     * @return the value.
     */
    public long failed() {
        return failed;
    }

    /**
     * How many a dry run found.
     *
     * @return the value.
     */
    public long planned() {
        return planned;
    }

    /**
     * How many wait to be sent, or to be sent again.
     *
     * @return the value.
     */
    public long waiting() {
        return waiting;
    }

    /**
     * How many of those were never attempted.
     *
     * @return the value.
     */
    public long neverAttempted() {
        return neverAttempted;
    }

    /**
     * How many are on the way. After the end: how many were on the way then.
     *
     * @return the value.
     */
    public long inFlight() {
        return inFlight;
    }

    /**
     * How many of accepted and accepted_before wait to be verified.
     *
     * @return the value.
     */
    public long verifying() {
        return verifying;
    }

    /**
     * How many times a user was sent, repeated attempts included.
     *
     * @return the value.
     */
    public long attempts() {
        return attempts;
    }

    /**
     * How many times the service refused for its quota.
     *
     * @return the value.
     */
    public long throttled() {
        return throttled;
    }

    /**
     * Users a second, over the last seconds.
     *
     * @return the value.
     */
    public double rate() {
        return rate;
    }

    /**
     * Users a second that the pace allows in the long run, by what is known of the quota;
     * Double.POSITIVE_INFINITY without pacing.
     *
     * @return the value.
     */
    public double pace() {
        return pace;
    }

    /**
     * How long nothing is sent: because the service asked for it or, where unanswered is not 0, because it
     * does not answer.
     *
     * @return the value.
     */
    public Duration pause() {
        return pause;
    }

    /**
     * How long the users that wait will take, by what is known of the quota.
     *
     * @return the value.
     */
    public Duration timeLeft() {
        return timeLeft;
    }

    /**
     * How many more users may be added without memory growing: for programs that stream a long list.
     *
     * @return the value.
     */
    public int wanted() {
        return wanted;
    }

    /**
     * How many requests in a row had no answer.
     *
     * @return the value.
     */
    public int unanswered() {
        return unanswered;
    }

    /**
     * How many of accepted and accepted_before were looked at in vain: they are signed out by all that is
     * known, but that is not proved.
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
