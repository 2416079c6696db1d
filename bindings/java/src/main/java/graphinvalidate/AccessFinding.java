// Made by cargo xtask abi from the library's source. Do not edit.

package graphinvalidate;

import org.jspecify.annotations.Nullable;

/** Whether the token may do one job. */
public final class AccessFinding {
    private final String job;
    private final String verdict;
    private final String reason;
    private final String hint;

    AccessFinding(Reader reader) {
        reader.wide();
        job = reader.text();
        verdict = reader.text();
        reason = reader.text();
        hint = reader.text();
    }

    /**
     * The job: "me" (signing out the user who signed in), "others" (users without an administrator's role),
     * "administrators", "verification" (reading back that users were signed out), "target" (the one user that
     * GraphInvalidateClient.accessOnline was asked about). There may be more one day.
     *
     * @return the value; null where nothing is known.
     */
    public @Nullable String job() {
        return job;
    }

    /**
     * "allowed", "refused" or "unknown".
     *
     * @return the value; null where nothing is known.
     */
    public @Nullable String verdict() {
        return verdict;
    }

    /**
     * Why, in one sentence.
     *
     * @return the value; null where nothing is known.
     */
    public @Nullable String reason() {
        return reason;
    }

    /**
     * What to ask for, and whom. null where nothing is to be asked for.
     *
     * @return the value; null where nothing is known.
     */
    public @Nullable String hint() {
        return hint;
    }

    @Override
    public String toString() {
        return "AccessFinding{job=" + job
                + ", verdict=" + verdict
                + ", reason=" + reason
                + ", hint=" + hint
                + "}";
    }
}
