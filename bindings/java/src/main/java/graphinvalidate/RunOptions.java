// Made by cargo xtask abi from the library's source. Do not edit.

package graphinvalidate;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * Says how a run is set up: what is not said has sensible defaults, and null says nothing but where it would
 * take a protection away. Never changes.
 */
public final class RunOptions {
    private final Builder given;

    private RunOptions(Builder given) {
        this.given = given;
    }

    /**
     * Begins to say how it is set up.
     *
     * @return a new builder.
     */
    public static Builder builder() {
        return new Builder();
    }

    long write(Memory memory, String token) {
        return given.write(memory, token);
    }

    boolean takesUsersFromJournal() {
        return given.verifyJournal;
    }

    /** How long the first question for a token may take: as long as a call, and no longer than the run. */
    Duration patience(Duration timeout) {
        Duration run = given.deadline;
        boolean isShorter = run != null && !run.isNegative() && !run.isZero() && run.compareTo(timeout) < 0;
        return isShorter ? run : timeout;
    }

    @Override
    public String toString() {
        return given.toString();
    }

    /** Collects what is said of a {@link RunOptions}. For one thread at a time. */
    public static final class Builder {
        private String journal;
        private Collection<String> exclude;
        private String throttlePriority;
        private double rate;
        private boolean resume;
        private boolean verify;
        private boolean dryRun;
        private boolean verifyJournal;
        private boolean allowUnresolvedExclusions;
        private int batchSize;
        private int concurrency;
        private Duration wait;
        private Duration deadline;
        private Duration resumeWithin;
        private int ahead;
        private int maxFailures;
        private Collection<String> group;
        private Collection<String> excludeGroup;
        private String filter;
        private boolean everyone;
        private boolean guests;
        private boolean allowEmpty;
        private boolean who;

        private Builder() {
        }

        /**
         * The journal file: the record of the run, from which it can be resumed. Left out: none.
         *
         * @param journal the value.
         * @return this builder.
         * @throws GraphInvalidateException where it is null: a value that was lost, not left out.
         */
        public Builder journal(Path journal) {
            return journal(Memory.given("journal", journal).toString());
        }

        /**
         * The journal file: the record of the run, from which it can be resumed. Left out: none.
         *
         * @param journal the value.
         * @return this builder.
         * @throws GraphInvalidateException where it is null: a value that was lost, not left out.
         */
        public Builder journal(String journal) {
            this.journal = Memory.given("journal", journal);
            return this;
        }

        /**
         * Users that are never signed out, by object id or user principal name: break-glass accounts. Each is
         * looked up before anything is sent, so that it is recognised under its other name as well. Left out:
         * none.
         *
         * @param exclude the value.
         * @return this builder.
         * @throws GraphInvalidateException where it is null, or nobody: a value that was lost, not left out.
         */
        public Builder exclude(Collection<String> exclude) {
            this.exclude = new ArrayList<>(Memory.givenList("exclude", exclude));
            return this;
        }

        /**
         * Value of the x-ms-throttle-priority header, "low", "normal" or "high": Graph drops low-priority
         * requests first. Left out: the header is not sent.
         *
         * @param throttlePriority the value.
         * @return this builder.
         */
        public Builder throttlePriority(@Nullable String throttlePriority) {
            this.throttlePriority = throttlePriority;
            return this;
        }

        /**
         * Users per second, with a burst of one second. Waits that the service asks for are always obeyed.
         * Left out: the service's published quota (3,000 at once, then 20 per second);
         * Double.POSITIVE_INFINITY: no pacing.
         *
         * @param rate the value.
         * @return this builder.
         */
        public Builder rate(double rate) {
            this.rate = rate;
            return this;
        }

        /**
         * Continues where the journal ends; users accepted there are not sent again. Without it: a journal
         * that is not empty is refused.
         *
         * @param resume true: it is so.
         * @return this builder.
         */
        public Builder resume(boolean resume) {
            this.resume = resume;
            return this;
        }

        /**
         * Reads the cut-off back after acceptance; each outcome is then verified or says why not.
         *
         * @param verify true: it is so.
         * @return this builder.
         */
        public Builder verify(boolean verify) {
            this.verify = verify;
            return this;
        }

        /**
         * Lists every user and what is known about them; sends no write request.
         *
         * @param dryRun true: it is so.
         * @return this builder.
         */
        public Builder dryRun(boolean dryRun) {
            this.dryRun = dryRun;
            return this;
        }

        /**
         * Takes the accepted users from the journal, not from InvalidateRun.add, and verifies them again.
         *
         * @param verifyJournal true: it is so.
         * @return this builder.
         */
        public Builder verifyJournal(boolean verifyJournal) {
            this.verifyJournal = verifyJournal;
            return this;
        }

        /**
         * Continues if an exclusion cannot be looked up; it then protects only the exact key given, not the
         * account's other names.
         *
         * @param allowUnresolvedExclusions true: it is so.
         * @return this builder.
         */
        public Builder allowUnresolvedExclusions(boolean allowUnresolvedExclusions) {
            this.allowUnresolvedExclusions = allowUnresolvedExclusions;
            return this;
        }

        /**
         * Users per request: 1 (no batching) to 20. Left out: 20.
         *
         * @param batchSize the value.
         * @return this builder.
         */
        public Builder batchSize(int batchSize) {
            this.batchSize = batchSize;
            return this;
        }

        /**
         * Maximum number of concurrent requests: 1 to 256. Left out: 16.
         *
         * @param concurrency the value.
         * @return this builder.
         */
        public Builder concurrency(int concurrency) {
            this.concurrency = concurrency;
            return this;
        }

        /**
         * Maximum time to verify one user. Left out: 120 seconds.
         *
         * @param wait the value.
         * @return this builder.
         */
        public Builder wait(@Nullable Duration wait) {
            this.wait = wait;
            return this;
        }

        /**
         * Maximum time for the whole run. Left out: no limit.
         *
         * @param deadline the value.
         * @return this builder.
         */
        public Builder deadline(@Nullable Duration deadline) {
            this.deadline = deadline;
            return this;
        }

        /**
         * Maximum age of the run in a resumed journal. An older one is refused with Status.JOURNAL_TOO_OLD,
         * since users signed out then may have been compromised again. Left out: a day.
         *
         * @param resumeWithin the value.
         * @return this builder.
         */
        public Builder resumeWithin(@Nullable Duration resumeWithin) {
            this.resumeWithin = resumeWithin;
            return this;
        }

        /**
         * Maximum number of users that were sent and whose outcome has not been read. Users waiting to be
         * verified count as well: with 1, nobody is sent before the last outcome was read. Left out: as many
         * as fit into the concurrent requests, plus one batch (340 with the other defaults), not counting
         * users waiting to be verified.
         *
         * @param ahead the value.
         * @return this builder.
         */
        public Builder ahead(int ahead) {
            this.ahead = ahead;
            return this;
        }

        /**
         * Maximum number of failed users: when it is reached, the run ends with the status of the last
         * failure. Users already sent may still add to it. Left out: no limit.
         *
         * @param maxFailures the value.
         * @return this builder.
         */
        public Builder maxFailures(int maxFailures) {
            this.maxFailures = maxFailures;
            return this;
        }

        /**
         * Groups whose users are signed out, by object id, or by a display name or address that exactly one
         * group has. Users in nested groups count. All users that the options select are listed first,
         * completely, and are on record before anybody is signed out; each goes once, by object id, after the
         * users that were added. A resumed run goes on with those on record. Left out: none.
         *
         * @param group the value.
         * @return this builder.
         * @throws GraphInvalidateException where it is null, or nobody: a value that was lost, not left out.
         */
        public Builder group(Collection<String> group) {
            this.group = new ArrayList<>(Memory.givenList("group", group));
            return this;
        }

        /**
         * Groups whose users are never signed out, through all levels: found and listed before anything is
         * sent. One without users is refused. Left out: none.
         *
         * @param excludeGroup the value.
         * @return this builder.
         * @throws GraphInvalidateException where it is null, or nobody: a value that was lost, not left out.
         */
        public Builder excludeGroup(Collection<String> excludeGroup) {
            this.excludeGroup = new ArrayList<>(Memory.givenList("excludeGroup", excludeGroup));
            return this;
        }

        /**
         * Signs out the users for whom this $filter of Microsoft Graph holds, such as "accountEnabled eq
         * false". Left out: none.
         *
         * @param filter the value.
         * @return this builder.
         */
        public Builder filter(@Nullable String filter) {
            this.filter = filter;
            return this;
        }

        /**
         * Signs out everyone in the directory.
         *
         * @param everyone true: it is so.
         * @return this builder.
         */
        public Builder everyone(boolean everyone) {
            this.everyone = everyone;
            return this;
        }

        /**
         * Guests who were selected are signed out, too. Without it: they are passed over, since their home
         * tenant signs them in.
         *
         * @param guests true: it is so.
         * @return this builder.
         */
        public Builder guests(boolean guests) {
            this.guests = guests;
            return this;
        }

        /**
         * A group without users, or a selection of nobody, is no failure. Without it: nothing is sent then,
         * and the run ends with Status.SELECTION_EMPTY.
         *
         * @param allowEmpty true: it is so.
         * @return this builder.
         */
        public Builder allowEmpty(boolean allowEmpty) {
            this.allowEmpty = allowEmpty;
            return this;
        }

        /**
         * Only names the selected users: each outcome is Status.SELECTED, and no write request is sent.
         *
         * @param who true: it is so.
         * @return this builder.
         */
        public Builder who(boolean who) {
            this.who = who;
            return this;
        }

        /**
         * Makes the options.
         *
         * @return what was said so far.
         */
        public RunOptions build() {
            Builder copy = new Builder();
            copy.journal = journal;
            copy.exclude = exclude;
            copy.throttlePriority = throttlePriority;
            copy.rate = rate;
            copy.resume = resume;
            copy.verify = verify;
            copy.dryRun = dryRun;
            copy.verifyJournal = verifyJournal;
            copy.allowUnresolvedExclusions = allowUnresolvedExclusions;
            copy.batchSize = batchSize;
            copy.concurrency = concurrency;
            copy.wait = wait;
            copy.deadline = deadline;
            copy.resumeWithin = resumeWithin;
            copy.ahead = ahead;
            copy.maxFailures = maxFailures;
            copy.group = group;
            copy.excludeGroup = excludeGroup;
            copy.filter = filter;
            copy.everyone = everyone;
            copy.guests = guests;
            copy.allowEmpty = allowEmpty;
            copy.who = who;
            return new RunOptions(copy);
        }

        private long write(Memory memory, String token) {
            Memory.Record record = memory.record(Abi.RUN_OPTIONS_SIZE);
            record.wide(memory.text(journal));
            record.texts(exclude);
            record.wide(memory.text(throttlePriority));
            record.wide(Double.doubleToRawLongBits(rate));
            record.word(resume ? 1 : 0);
            record.word(verify ? 1 : 0);
            record.word(dryRun ? 1 : 0);
            record.word(verifyJournal ? 1 : 0);
            record.word(allowUnresolvedExclusions ? 1 : 0);
            record.word(batchSize);
            record.word(concurrency);
            record.word(Memory.milliseconds("wait", wait, 0xFFFF_FFFFL));
            record.word(Memory.milliseconds("deadline", deadline, 0xFFFF_FFFFL));
            record.word(0);
            record.wide(memory.text(token));
            record.wide(Memory.milliseconds("resumeWithin", resumeWithin, Long.MAX_VALUE));
            record.word(ahead);
            record.word(1);
            record.word(maxFailures);
            record.texts(group);
            record.texts(excludeGroup);
            record.wide(memory.text(filter));
            record.word(everyone ? 1 : 0);
            record.word(guests ? 1 : 0);
            record.word(allowEmpty ? 1 : 0);
            record.word(who ? 1 : 0);
            return record.address();
        }

        /** Shows the options that hold no secret. */
        @Override
        public String toString() {
            return "RunOptions{journal=" + journal
                    + ", exclude=" + exclude
                    + ", throttlePriority=" + throttlePriority
                    + ", rate=" + rate
                    + ", resume=" + resume
                    + ", verify=" + verify
                    + ", dryRun=" + dryRun
                    + ", verifyJournal=" + verifyJournal
                    + ", allowUnresolvedExclusions=" + allowUnresolvedExclusions
                    + ", batchSize=" + batchSize
                    + ", concurrency=" + concurrency
                    + ", wait=" + wait
                    + ", deadline=" + deadline
                    + ", resumeWithin=" + resumeWithin
                    + ", ahead=" + ahead
                    + ", maxFailures=" + maxFailures
                    + ", group=" + group
                    + ", excludeGroup=" + excludeGroup
                    + ", filter=" + filter
                    + ", everyone=" + everyone
                    + ", guests=" + guests
                    + ", allowEmpty=" + allowEmpty
                    + ", who=" + who
                    + "}";
        }
    }
}
