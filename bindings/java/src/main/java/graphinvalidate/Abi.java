// Made by cargo xtask abi from the library's source. Do not edit.

package graphinvalidate;

/** The functions of the native library, and the numbers that cross the boundary. */
final class Abi {
    /** The number of the ABI that these declarations describe. */
    static final int VERSION = 1;

    static final int STATUS_OK = 0;
    static final int STATUS_RUN_DONE = 1;
    static final int STATUS_RUN_TIMEOUT = 2;
    static final int STATUS_RUN_TOKEN_NEEDED = 3;
    static final int STATUS_VERIFIED = 4;
    static final int STATUS_PLANNED = 5;
    static final int STATUS_SIGN_IN_PENDING = 6;
    static final int STATUS_SIGNED_IN = 7;
    static final int STATUS_SHOWN = 8;
    static final int STATUS_QUEUE_TIMEOUT = 9;
    static final int STATUS_QUEUE_DONE = 10;
    static final int STATUS_UNPROTECTED = 11;
    static final int STATUS_RUN_USERS_WANTED = 12;
    static final int STATUS_SELECTED = 13;
    static final int STATUS_SELECTION_REMARK = 14;
    static final int STATUS_INVALID_TIME = 106;
    static final int STATUS_TOKEN_PROVIDER_FAILED = 217;

    static final int CALL_ACCESS = 2;
    static final int CALL_ACCESS_ONLINE = 3;
    static final int CALL_INVALIDATE = 0;
    static final int CALL_SIGN_IN = 4;
    static final int CALL_VERIFY = 1;

    static final int ACCESS_FINDING_SIZE = 40;
    static final int ACCESS_SIZE = 160;
    static final int CALL_OPTIONS_SIZE = 72;
    static final int HEADER_SIZE = 16;
    static final int OUTCOME_SIZE = 128;
    static final int PROGRESS_SIZE = 168;
    static final int RUN_OPTIONS_SIZE = 176;
    static final int VARIABLE_SIZE = 16;
    static final int CREDENTIAL_OPTIONS_SIZE = 176;
    static final int CLIENT_OPTIONS_SIZE = 112;

    final Foreign.Procedure abiVersion;
    final Foreign.Procedure accessFree;
    final Foreign.Procedure callQueueClose;
    final Foreign.Procedure callQueueFree;
    final Foreign.Procedure callQueueNew;
    final Foreign.Procedure callQueueNext;
    final Foreign.Procedure callQueueSubmit;
    final Foreign.Procedure cancellationCancel;
    final Foreign.Procedure cancellationFree;
    final Foreign.Procedure cancellationNew;
    final Foreign.Procedure clientAccess;
    final Foreign.Procedure clientAccessOnline;
    final Foreign.Procedure clientAccessWith;
    final Foreign.Procedure clientCall;
    final Foreign.Procedure clientFree;
    final Foreign.Procedure clientInvalidate;
    final Foreign.Procedure clientNew;
    final Foreign.Procedure clientScope;
    final Foreign.Procedure clientSetToken;
    final Foreign.Procedure clientSetTokenCounted;
    final Foreign.Procedure clientSignIn;
    final Foreign.Procedure clientVerify;
    final Foreign.Procedure enquiryFree;
    final Foreign.Procedure enquiryNew;
    final Foreign.Procedure enquiryWait;
    final Foreign.Procedure invalidateAllRefreshTokens;
    final Foreign.Procedure outcomeFree;
    final Foreign.Procedure runAdd;
    final Foreign.Procedure runAddCounted;
    final Foreign.Procedure runCancel;
    final Foreign.Procedure runFailInput;
    final Foreign.Procedure runFinishInput;
    final Foreign.Procedure runFree;
    final Foreign.Procedure runNew;
    final Foreign.Procedure runNewCounted;
    final Foreign.Procedure runNext;
    final Foreign.Procedure runProgress;
    final Foreign.Procedure runSetToken;
    final Foreign.Procedure runSetTokenCounted;
    final Foreign.Procedure statusName;
    final Foreign.Procedure userOfRow;
    final Foreign.Procedure version;

    /** Finds every function of the library that was opened. */
    Abi(Foreign foreign) {
        abiVersion = foreign.procedure("graph_abi_version", "i");
        accessFree = foreign.procedure("graph_access_free", "vl");
        callQueueClose = foreign.procedure("graph_call_queue_close", "il");
        callQueueFree = foreign.procedure("graph_call_queue_free", "vl");
        callQueueNew = foreign.procedure("graph_call_queue_new", "il");
        callQueueNext = foreign.procedure("graph_call_queue_next", "ilill");
        callQueueSubmit = foreign.procedure("graph_call_queue_submit", "illllll");
        cancellationCancel = foreign.procedure("graph_cancellation_cancel", "vl");
        cancellationFree = foreign.procedure("graph_cancellation_free", "vl");
        cancellationNew = foreign.procedure("graph_cancellation_new", "il");
        clientAccess = foreign.procedure("graph_client_access", "illl");
        clientAccessOnline = foreign.procedure("graph_client_access_online", "illlll");
        clientAccessWith = foreign.procedure("graph_client_access_with", "illlll");
        clientCall = foreign.procedure("graph_client_call", "illll");
        clientFree = foreign.procedure("graph_client_free", "vl");
        clientInvalidate = foreign.procedure("graph_client_invalidate", "illll");
        clientNew = foreign.procedure("graph_client_new", "illl");
        clientScope = foreign.procedure("graph_client_scope", "ll");
        clientSetToken = foreign.procedure("graph_client_set_token", "illl");
        clientSetTokenCounted = foreign.procedure("graph_client_set_token_counted", "illll");
        clientSignIn = foreign.procedure("graph_client_sign_in", "illl");
        clientVerify = foreign.procedure("graph_client_verify", "illlll");
        enquiryFree = foreign.procedure("graph_enquiry_free", "vl");
        enquiryNew = foreign.procedure("graph_enquiry_new", "illlll");
        enquiryWait = foreign.procedure("graph_enquiry_wait", "ilill");
        invalidateAllRefreshTokens = foreign.procedure("graph_invalidate_all_refresh_tokens", "ill");
        outcomeFree = foreign.procedure("graph_outcome_free", "vl");
        runAdd = foreign.procedure("graph_run_add", "illll");
        runAddCounted = foreign.procedure("graph_run_add_counted", "illlll");
        runCancel = foreign.procedure("graph_run_cancel", "vl");
        runFailInput = foreign.procedure("graph_run_fail_input", "il");
        runFinishInput = foreign.procedure("graph_run_finish_input", "il");
        runFree = foreign.procedure("graph_run_free", "vl");
        runNew = foreign.procedure("graph_run_new", "illll");
        runNewCounted = foreign.procedure("graph_run_new_counted", "illlll");
        runNext = foreign.procedure("graph_run_next", "ilil");
        runProgress = foreign.procedure("graph_run_progress", "ill");
        runSetToken = foreign.procedure("graph_run_set_token", "illl");
        runSetTokenCounted = foreign.procedure("graph_run_set_token_counted", "illll");
        statusName = foreign.procedure("graph_status_name", "li");
        userOfRow = foreign.procedure("graph_user_of_row", "illlll");
        version = foreign.procedure("graph_version", "l");
    }
}
