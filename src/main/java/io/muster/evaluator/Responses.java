package io.muster.evaluator;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;

/** Whole HTTP/1.1 responses as bytes. */
final class Responses {

    static final String ANY_ORIGIN = "Access-Control-Allow-Origin: *\r\n";
    static final String JSON = "Content-Type: application/json\r\nCache-Control: no-store\r\n";

    private static final Map<Integer, String> REASONS = Map.ofEntries(
            Map.entry(200, "OK"),
            Map.entry(204, "No Content"),
            Map.entry(400, "Bad Request"),
            Map.entry(401, "Unauthorized"),
            Map.entry(404, "Not Found"),
            Map.entry(405, "Method Not Allowed"),
            Map.entry(413, "Content Too Large"),
            Map.entry(414, "URI Too Long"),
            Map.entry(431, "Request Header Fields Too Large"),
            Map.entry(503, "Service Unavailable"));

    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", java.util.Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private Responses() {}

    /** What a response is kept for. */
    enum Connection {
        /** The connection is used again. */
        KEEP,
        /** The connection ends. */
        CLOSE
    }

    /**
     * A response.
     *
     * @param headers lines that end with a line break
     * @param second of its date, epoch seconds
     */
    static byte[] of(int status, String headers, byte[] body, Connection connection, long second) {
        String head = "HTTP/1.1 " + status + " " + REASONS.get(status) + "\r\n"
                + "Date: " + DATE.format(Instant.ofEpochSecond(second)) + "\r\n"
                + headers
                + (connection == Connection.CLOSE ? "Connection: close\r\n" : "")
                + (status == 204 ? "" : "Content-Length: " + body.length + "\r\n")
                + "\r\n";
        byte[] bytes = new byte[head.length() + body.length];
        System.arraycopy(head.getBytes(StandardCharsets.ISO_8859_1), 0, bytes, 0, head.length());
        System.arraycopy(body, 0, bytes, head.length(), body.length);
        return bytes;
    }
}
