package io.muster.evaluator;

import io.muster.evaluator.Responses.Connection;

/** Responses to requests for decisions that are not decided about. */
final class Refusals {

    static final String TOO_LARGE = "the body is larger than 64 KB";

    private static final byte[] NOTHING = {};

    private Refusals() {}

    /**
     * The response to any method but GET and POST: what a page may do, or that there are no others.
     *
     * @param asks whether a page asks what it may do
     */
    static byte[] otherMethod(String method, boolean asks, Connection connection, long second) {
        if (method.equals("OPTIONS") && asks) {
            return Responses.of(
                    204,
                    Responses.ANY_ORIGIN
                            + "Access-Control-Allow-Methods: GET, POST\r\n"
                            + "Access-Control-Allow-Headers: content-type, x-debug-token\r\n"
                            + "Access-Control-Max-Age: 600\r\n",
                    NOTHING,
                    connection,
                    second);
        }

        return Responses.of(
                405,
                Responses.JSON + Responses.ANY_ORIGIN + "Allow: GET, POST, OPTIONS\r\n",
                method.equals("HEAD")
                        ? NOTHING
                        : AnswerText.error("METHOD_NOT_ALLOWED", "Cannot decide: use GET or POST.", null),
                connection,
                second);
    }

    /** The response to a body that is too large; it ends the connection. */
    static byte[] tooLarge(long second) {
        return call(413, "TOO_LARGE", TOO_LARGE, second);
    }

    /** The response to a call that is wrong as a whole; it ends the connection. */
    static byte[] call(int status, String code, String reason, long second) {
        return Responses.of(
                status,
                Responses.JSON + Responses.ANY_ORIGIN,
                AnswerText.error(code, "Cannot answer: " + reason + ".", null),
                Connection.CLOSE,
                second);
    }

    /** The response when too many requests are waiting. */
    static byte[] overload(Connection connection, long second) {
        return Responses.of(
                503,
                Responses.JSON + Responses.ANY_ORIGIN + "Retry-After: 1\r\n",
                AnswerText.error("OVERLOADED", "Cannot decide: too many requests are waiting. Show nothing.", null),
                connection,
                second);
    }

    /** The response when something of ours is broken. */
    static byte[] fault(Connection connection, long second) {
        return Responses.of(
                503,
                Responses.JSON + Responses.ANY_ORIGIN,
                AnswerText.error("UNAVAILABLE", "Cannot decide: a fault was logged. Show nothing.", null),
                connection,
                second);
    }
}
