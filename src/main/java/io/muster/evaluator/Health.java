package io.muster.evaluator;

import io.muster.evaluator.Responses.Connection;
import io.muster.snapshot.format.LiveTable;
import io.netty.handler.codec.http.HttpMethod;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Whether the process runs, and whether it can answer: at least one snapshot is loaded and verified, and every project that
 * has contacts has them.
 */
final class Health {

    private static final byte[] NOTHING = {};

    private final Supplier<Served> served;
    private final Supplier<Map<String, String>> refusals;

    Health(Supplier<Served> served, Supplier<Map<String, String>> refusals) {
        this.served = served;
        this.refusals = refusals;
    }

    boolean isReady() {
        Served now = served.get();
        return !now.projects().isEmpty() && now.isWhole();
    }

    /** Whether some table misses changes that only a new one brings. */
    boolean isBehind() {
        return served.get().projects().values().stream()
                .map(Served.Project::table)
                .anyMatch(table -> table != null && table.isBehind());
    }

    /** The response to a request for anything but decisions. */
    byte[] answer(String path, HttpMethod method, Connection connection, long second) {
        boolean live = path.equals("/health/live");
        if (!live && !path.equals("/health/ready")) {
            return response(
                    404,
                    AnswerText.error("NOT_FOUND", "Cannot answer: this address does not exist.", null),
                    method,
                    connection,
                    second);
        }

        if (!method.equals(HttpMethod.GET) && !method.equals(HttpMethod.HEAD)) {
            return response(
                    405,
                    AnswerText.error("METHOD_NOT_ALLOWED", "Cannot answer: use GET.", null),
                    method,
                    connection,
                    second);
        }

        boolean up = live || isReady();
        String body = live
                ? "{\"status\":\"UP\"}\n"
                : "{\"status\":\"%s\",\"behind\":%s,\"refused\":%d}\n"
                        .formatted(
                                up ? "UP" : "DOWN", isBehind(), refusals.get().size());
        return response(up ? 200 : 503, body.getBytes(StandardCharsets.UTF_8), method, connection, second);
    }

    private static byte[] response(int status, byte[] body, HttpMethod method, Connection connection, long second) {
        return Responses.of(
                status, Responses.JSON, method.equals(HttpMethod.HEAD) ? NOTHING : body, connection, second);
    }

    /** The tables that are served, each once. */
    List<LiveTable> tables() {
        return served.get().projects().values().stream()
                .map(Served.Project::table)
                .filter(table -> table != null)
                .distinct()
                .toList();
    }
}
