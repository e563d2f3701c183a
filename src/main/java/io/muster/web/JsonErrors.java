package io.muster.web;

import io.muster.web.v3.V3Answers;
import io.muster.web.v3.V3Paths;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.springframework.http.HttpStatus;
import tools.jackson.databind.json.JsonMapper;

/** Errors that come about before a controller is asked: what is no HTTP, too long an address, too many requests. */
final class JsonErrors implements Request.Handler {

    private static final String JSON = "application/json";
    private static final Map<String, String> V3_CODES = Map.of("OVERLOADED", "UNAVAILABLE");

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        HttpStatus known = HttpStatus.resolve(response.getStatus());
        HttpStatus status = known == null ? HttpStatus.INTERNAL_SERVER_ERROR : known;
        byte[] body = V3Paths.looksOurs(request.getHttpURI().asString())
                ? v3(response, status)
                : json(status.name(), sentence(status));
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, JSON);
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        Content.Sink.write(response, true, new String(body, StandardCharsets.UTF_8), callback);
        return true;
    }

    private static byte[] v3(Response response, HttpStatus status) {
        String id = UUID.randomUUID().toString();
        response.getHeaders().put("X-Request-Id", id);
        String code = switch (status) {
            case NOT_FOUND -> "UNKNOWN_PATH";
            case SERVICE_UNAVAILABLE -> "UNAVAILABLE";
            case INTERNAL_SERVER_ERROR -> "INTERNAL";
            default -> "BAD_FIELD";
        };
        return V3Answers.early(id, status, code, sentence(status) + " Correct the call.");
    }

    private static String sentence(HttpStatus status) {
        return switch (status) {
            case URI_TOO_LONG -> "Cannot answer: the address is too long.";
            case REQUEST_HEADER_FIELDS_TOO_LARGE -> "Cannot answer: the headers are longer than 16 KB.";
            case NOT_FOUND -> "Cannot answer: this address does not exist.";
            case BAD_REQUEST -> "Cannot answer: this is no HTTP request that is understood here.";
            case SERVICE_UNAVAILABLE -> "Cannot answer: the server is stopping. Try again later.";
            default -> "Cannot answer: %s.".formatted(status.getReasonPhrase());
        };
    }

    /** Writes an error as the whole answer. */
    static void write(
            HttpServletRequest request, HttpServletResponse response, HttpStatus status, String code, String message)
            throws IOException {
        if (V3Paths.looksOurs(request.getRequestURI())) {
            V3Answers.error(request, response, status, V3_CODES.getOrDefault(code, code), message);
            return;
        }

        response.setStatus(status.value());
        response.setContentType(JSON);
        response.getOutputStream().write(json(code, message));
    }

    private static byte[] json(String code, String message) {
        return JsonMapper.shared().writeValueAsBytes(ErrorAnswer.of(code, message, null));
    }
}
