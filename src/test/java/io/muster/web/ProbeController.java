package io.muster.web;

import io.muster.access.Scope;
import io.muster.web.call.BodyLimit;
import io.muster.web.call.Caller;
import io.muster.web.call.Needs;
import io.muster.web.call.Rates;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What a controller may ask for, as tests see it. */
@RestController
final class ProbeController {

    private final Pages pages;
    private final Rates rates;
    private final JdbcClient jdbc;
    private final CountDownLatch released = new CountDownLatch(1);
    private final AtomicInteger held = new AtomicInteger();

    ProbeController(Pages pages, Rates rates, JdbcClient jdbc) {
        this.jdbc = jdbc;
        this.pages = pages;
        this.rates = rates;
    }

    record Thing(String name, int count) {}

    @FromPages
    @PostMapping("/probe/page")
    String page(@RequestParam String project, HttpServletRequest request, HttpServletResponse response) {
        pages.admit(request, response, project);
        rates.take(request.getRemoteAddr(), 1);
        return "";
    }

    @GetMapping("/probe/scope/read")
    String read(@Needs(Scope.READ) Caller caller) {
        return caller.actor().text();
    }

    @GetMapping("/probe/scope/manage")
    String manage(@Needs(Scope.MANAGE) Caller caller) {
        return "";
    }

    @GetMapping("/probe/scope/operate")
    String operate(@Needs(Scope.OPERATE) Caller caller) {
        return "";
    }

    @GetMapping("/probe/scope/admin")
    String admin(@Needs(Scope.ADMIN) Caller caller) {
        return "";
    }

    @GetMapping("/probe/scope/events")
    String events(@Needs(Scope.EVENTS) Caller caller) {
        return "";
    }

    @GetMapping("/probe/scope/snapshots")
    String snapshots(@Needs(Scope.SNAPSHOTS) Caller caller) {
        return "";
    }

    @GetMapping("/probe/directory")
    String directory(@Needs(Scope.READ) Caller caller, @RequestParam String directory) {
        caller.requireDirectory(directory);
        return directory;
    }

    @GetMapping("/probe/optional")
    String optional(Optional<Caller> caller) {
        return caller.map(one -> "known").orElse("unknown");
    }

    @PostMapping("/probe/body")
    Map<String, Object> body(@RequestBody Thing thing) {
        return Map.of("name", thing.name());
    }

    @PostMapping("/probe/closed")
    String closed(@Needs(Scope.EVENTS) Caller caller, @RequestBody List<Thing> things) {
        return "";
    }

    @BodyLimit(BodyLimit.EVENTS)
    @PostMapping("/probe/events")
    int large(@RequestBody List<Thing> things) {
        return things.size();
    }

    @GetMapping("/probe/request")
    Map<String, String> request(HttpServletRequest request) {
        return Map.of(
                "address", request.getRemoteAddr(),
                "url", request.getRequestURL().toString(),
                "forwarded", String.valueOf(request.getHeader("X-Forwarded-For")));
    }

    /** Is answered when the test says so. */
    @GetMapping("/probe/held")
    String hold() throws InterruptedException {
        held.incrementAndGet();
        released.await();
        return "";
    }

    /** How many requests wait to be released. */
    int held() {
        return held.get();
    }

    void release() {
        released.countDown();
    }

    @GetMapping("/probe/database")
    int database() {
        return jdbc.sql("SELECT 1").query(Integer.class).single();
    }

    @GetMapping("/probe/fault")
    String fault() {
        return Objects.requireNonNull(System.getProperty("muster.no.such.property"), "secret words");
    }
}
