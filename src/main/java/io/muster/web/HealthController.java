package io.muster.web;

import io.muster.automation.attention.Concern;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/**
 * Answers {@code /health/live} (the process runs), {@code /health/ready} (it takes work, with its database or without it) and
 * {@code /health/attention} (whether something waits for a person, wherever it happened).
 */
@RestController
final class HealthController {

    private static final int OK = 200;
    private static final int UNAVAILABLE = 503;

    private final ServerHealth health;
    private final JsonMapper json;

    HealthController(ServerHealth health, JsonMapper json) {
        this.health = health;
        this.json = json;
    }

    @GetMapping("/health/live")
    ResponseEntity<String> live() {
        return answer(true);
    }

    @GetMapping("/health/ready")
    ResponseEntity<String> ready() {
        return answer(health.isReady());
    }

    @GetMapping("/health/attention")
    ResponseEntity<String> attention() {
        return answer(health.concerns());
    }

    private ResponseEntity<String> answer(boolean up) {
        return answer(up ? OK : UNAVAILABLE, Map.of("status", up ? "UP" : "DOWN"));
    }

    private ResponseEntity<String> answer(List<Concern> concerns) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("status", concerns.isEmpty() ? "OK" : "ATTENTION");
        body.put("reasons", concerns);
        return answer(concerns.isEmpty() ? OK : UNAVAILABLE, body);
    }

    /** One line, for people with a terminal. */
    private ResponseEntity<String> answer(int status, Map<String, ?> body) {
        return ResponseEntity.status(status)
                .contentType(MediaType.APPLICATION_JSON)
                .body(json.writeValueAsString(body) + "\n");
    }
}
