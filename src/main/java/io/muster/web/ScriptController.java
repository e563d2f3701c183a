package io.muster.web;

import io.muster.intake.Intake;
import io.muster.intake.KnownProjects;
import io.muster.intercept.page.DeploymentCode;
import io.muster.intercept.page.PageScript;
import io.muster.support.Refusal;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

/**
 * The scripts that pages load: the deployment code with a project's definitions, asked for anew by each page and usually not
 * changed; the code alone, kept for ever; the debugger. Public, for every origin, and served without the database.
 */
@RestController
final class ScriptController {

    private static final MediaType SCRIPT = MediaType.parseMediaType("text/javascript;charset=UTF-8");
    private static final CacheControl ASK_EACH_TIME = CacheControl.noCache().cachePublic();
    private static final CacheControl FOR_EVER =
            CacheControl.maxAge(Duration.ofDays(365)).cachePublic().immutable();

    private final KnownProjects projects;
    private final DeploymentCode code;

    ScriptController(Intake intake, DeploymentCode code) {
        this.projects = intake.projects();
        this.code = code;
    }

    @GetMapping("/muster/{project:ZN_[0-9A-Za-z]{15}}.js")
    ResponseEntity<byte[]> project(
            @PathVariable("project") String project,
            @RequestHeader(name = HttpHeaders.ACCEPT_ENCODING, required = false) @Nullable String encodings) {
        return send(projects.definition(project).map(code::of), ASK_EACH_TIME, encodings);
    }

    @GetMapping("/muster/{project:ZN_[0-9A-Za-z]{15}}.{hash:[0-9a-f]{16}}.js")
    ResponseEntity<byte[]> alone(
            @PathVariable("hash") String hash,
            @RequestHeader(name = HttpHeaders.ACCEPT_ENCODING, required = false) @Nullable String encodings) {
        return send(code.alone(hash), FOR_EVER, encodings);
    }

    @GetMapping("/muster/debugger.js")
    ResponseEntity<byte[]> debugger(
            @RequestHeader(name = HttpHeaders.ACCEPT_ENCODING, required = false) @Nullable String encodings) {
        return send(Optional.of(code.debugger()), ASK_EACH_TIME, encodings);
    }

    private static ResponseEntity<byte[]> send(
            Optional<PageScript> known, CacheControl caching, @Nullable String encodings) {
        PageScript script = known.orElseThrow(
                () -> Refusal.of(
                        Refusal.Kind.NOT_FOUND,
                        "NOT_FOUND",
                        "Cannot send the script: there is none at this address. Check the id of the project, and that it was applied."));
        boolean compressed = encodings != null && encodings.contains("gzip");
        ResponseEntity.BodyBuilder answer = ResponseEntity.ok()
                .cacheControl(caching)
                .varyBy(HttpHeaders.ACCEPT_ENCODING)
                // Pages of every origin load it, and fetch it when they demand its hash.
                .header(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, "*")
                .header("Cross-Origin-Resource-Policy", "cross-origin")
                .header("Timing-Allow-Origin", "*")
                .eTag((compressed ? "gzip-" : "") + script.hash())
                .contentType(SCRIPT);
        return compressed
                ? answer.header(HttpHeaders.CONTENT_ENCODING, "gzip").body(script.gzip())
                : answer.body(script.plain());
    }
}
