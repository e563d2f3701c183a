package io.muster.web.v3;

import io.muster.access.Scope;
import io.muster.app.FileDropService;
import io.muster.app.FileDropService.FileView;
import io.muster.app.FileDropService.Put;
import io.muster.app.FileDropService.Target;
import io.muster.app.Page;
import io.muster.extract.drop.DroppedFile.State;
import io.muster.support.Refusal;
import io.muster.web.call.Caller;
import io.muster.web.call.FilePart;
import io.muster.web.call.Needs;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import org.eclipse.jetty.http.MultiPart;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Takes files for imports, and gives them back. */
@RestController
@RequestMapping("/automations-file-service/automations")
final class FilesController {

    /** What a multipart body has beside the file, and less. */
    private static final long AROUND = 8_192;

    private final FileDropService files;

    FilesController(FileDropService files) {
        this.files = files;
    }

    /** The id of a file that was taken. */
    record Made(String id) {}

    /** A file as callers see it. */
    record Shown(
            String id,
            String name,
            long size,
            String state,
            String uploaded,
            @Nullable String processed,
            @Nullable String runId,
            String sha256) {

        static Shown of(FileView file) {
            Instant processed = file.processed();
            return new Shown(
                    file.id(),
                    file.name(),
                    file.size(),
                    file.state(),
                    iso(file.uploaded()),
                    processed == null ? null : iso(processed),
                    file.runId(),
                    file.sha256());
        }

        private static String iso(Instant time) {
            return time.truncatedTo(ChronoUnit.SECONDS).toString();
        }
    }

    @GetMapping
    Envelope<V3Page<Target>> automations(
            @Needs(Scope.READ) Caller caller, @RequestParam(defaultValue = "") String offset, PageAsk ask) {
        List<Target> all = files.automations().stream()
                .filter(target -> caller.token().isFor(files.directory(target.id())))
                .toList();
        int from = Math.min(all.size(), ask.number().map(Long::intValue).orElseGet(() -> offset(offset)));
        int to = Math.min(all.size(), from + ask.size());
        return Envelope.of(ask.page(all.subList(from, to), to < all.size() ? Integer.toString(to) : null));
    }

    private static int offset(String text) {
        if (text.isBlank()) {
            return 0;
        }

        if (!text.matches("[0-9]{1,9}")) {
            throw V3Exception.badField("offset", "is no number");
        }

        return Integer.parseInt(text);
    }

    @PostMapping("/{automation}/files")
    Envelope<Made> put(
            @Needs(Scope.MANAGE) Caller caller,
            @PathVariable String automation,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        enter(caller, automation);
        String boundary = boundary(request);
        try (FilePart part = new FilePart(request.getInputStream(), boundary)) {
            String name = part.fileName()
                    .orElseThrow(() ->
                            V3Exception.badField("file", "is missing: the body has no part file with a file name"));
            Put put = files.put(
                    caller.actor(), automation, name, part, Math.max(0, request.getContentLengthLong() - AROUND));
            Envelope<Made> answer = Envelope.of(new Made(put.file().id()));
            return put.replaced() == null
                    ? answer
                    : answer.warning(
                            "FILE_REPLACED",
                            "A waiting file of this name, " + put.replaced() + ", was replaced by this one.");
        } catch (Refusal refusal) {
            throw translated(refusal, response);
        } catch (IOException e) {
            response.setHeader(HttpHeaders.CONNECTION, "close");
            throw V3Exception.bad(
                    "BAD_FIELD", "Cannot read the body: it is damaged, or was cut off. Send the file again.");
        }
    }

    private static RuntimeException translated(Refusal refusal, HttpServletResponse response) {
        return switch (refusal.code()) {
            case "TOO_LARGE" -> {
                response.setHeader(HttpHeaders.CONNECTION, "close");
                yield new V3Exception(HttpStatus.CONTENT_TOO_LARGE, "TOO_LARGE", refusal.getMessage());
            }
            case "DISK_FULL" ->
                new V3Exception(
                        HttpStatus.SERVICE_UNAVAILABLE,
                        "UNAVAILABLE",
                        "Cannot take the file: there is no room for it. Send it again later.");
            default -> refusal;
        };
    }

    private static String boundary(HttpServletRequest request) {
        String type = request.getContentType();
        boolean isMultipart =
                type != null && type.strip().toLowerCase(Locale.ROOT).startsWith("multipart/form-data");
        if (!isMultipart) {
            throw new V3Exception(
                    HttpStatus.UNSUPPORTED_MEDIA_TYPE,
                    "UNSUPPORTED_MEDIA_TYPE",
                    "Cannot read the body: it is not multipart/form-data. Send the file as a part named file.");
        }

        String boundary = MultiPart.extractBoundary(type);
        if (boundary == null || boundary.isBlank()) {
            throw V3Exception.badField("Content-Type", "names no boundary");
        }

        return boundary;
    }

    @GetMapping("/{automation}/files")
    Envelope<V3Page<Shown>> list(
            @Needs(Scope.READ) Caller caller,
            @PathVariable String automation,
            @RequestParam(defaultValue = "") String tag,
            PageAsk ask) {
        enter(caller, automation);
        State state = state(tag.strip());
        PageAsk ofTag = ask.of(state.name());
        Page<FileView> page = files.list(automation, state, ofTag.position().orElse(null), ofTag.size());
        return Envelope.of(ofTag.page(page.items().stream().map(Shown::of).toList(), page.next()));
    }

    private static State state(String tag) {
        return switch (tag) {
            case "", "waiting" -> State.WAITING;
            case "processing" -> State.PROCESSING;
            case "archived" -> State.ARCHIVED;
            case "failed" -> State.FAILED;
            default -> throw V3Exception.badField("tag", "is none of processing, archived and failed");
        };
    }

    @GetMapping("/{automation}/files/{file}")
    Envelope<Shown> show(@Needs(Scope.READ) Caller caller, @PathVariable String automation, @PathVariable String file) {
        enter(caller, automation);
        return Envelope.of(Shown.of(files.show(automation, file)));
    }

    @GetMapping("/{automation}/files/{file}/content")
    void content(
            @Needs(Scope.READ) Caller caller,
            @PathVariable String automation,
            @PathVariable String file,
            HttpServletResponse response)
            throws IOException {
        enter(caller, automation);
        FileView found = files.show(automation, file);
        try (InputStream content = files.open(automation, file)) {
            response.setContentType("text/plain; charset=utf-8");
            response.setContentLengthLong(found.size());
            response.setHeader("X-Content-Type-Options", "nosniff");
            response.setHeader(
                    HttpHeaders.CONTENT_DISPOSITION,
                    ContentDisposition.attachment()
                            .filename(found.name(), StandardCharsets.UTF_8)
                            .build()
                            .toString());
            var ignored = content.transferTo(response.getOutputStream());
        } catch (Refusal refusal) {
            if (refusal.code().equals("FILE_LOST")) {
                throw V3Exception.notFound("UNKNOWN_FILE", refusal.getMessage());
            }

            throw refusal;
        }
    }

    @DeleteMapping("/{automation}/files/{file}")
    Envelope<Void> delete(
            @Needs(Scope.MANAGE) Caller caller, @PathVariable String automation, @PathVariable String file) {
        enter(caller, automation);
        var ignored = files.delete(caller.actor(), automation, file);
        return Envelope.done();
    }

    /** An automation whose directory the token is not for is unknown to it; so is whatever has no id of an automation. */
    private void enter(Caller caller, String automation) {
        if (!automation.startsWith("AU_") || !caller.token().isFor(files.directory(automation))) {
            throw V3Exception.notFound(
                    "UNKNOWN_AUTOMATION",
                    "Cannot use the automation: this token knows none of this id that takes files. Take an id from"
                            + " /automations-file-service/automations.");
        }
    }
}
