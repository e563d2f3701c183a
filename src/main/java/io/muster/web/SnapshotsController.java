package io.muster.web;

import io.muster.access.Scope;
import io.muster.snapshot.feed.EvaluatorReports;
import io.muster.support.Refusal;
import io.muster.web.PublishedSnapshots.Published;
import io.muster.web.call.Caller;
import io.muster.web.call.Needs;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpRange;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/**
 * The published tree over HTTP: what is in use, the manifest of a project, its files. From the disk alone, whatever the database
 * does. A file that was opened is sent whole, also when its version is removed meanwhile.
 */
@RestController
final class SnapshotsController {

    /** What an evaluator says of itself. */
    static final String REPORT = "Muster-Evaluator";

    /** Bytes that go from the disk to the connection at a time. */
    private static final long PORTION = 1 << 18;

    private final PublishedSnapshots snapshots;
    private final EvaluatorReports reports;
    private final JsonMapper json;

    SnapshotsController(PublishedSnapshots snapshots, EvaluatorReports reports, JsonMapper json) {
        this.snapshots = snapshots;
        this.reports = reports;
        this.json = json;
    }

    @GetMapping("/v1/snapshots")
    ResponseEntity<byte[]> all(
            @Needs(Scope.SNAPSHOTS) Caller caller,
            @RequestHeader(name = HttpHeaders.IF_NONE_MATCH, required = false) @Nullable String known,
            @RequestHeader(name = REPORT, required = false) @Nullable String report)
            throws IOException {
        reports.heard(report);
        List<Map<String, String>> visible = snapshots.all().values().stream()
                .filter(one -> isFor(caller, one))
                .map(one -> Map.of("project", one.project(), "version", one.version()))
                .toList();
        return unlessKnown(json.writeValueAsBytes(Map.of("snapshots", visible)), known);
    }

    @GetMapping("/v1/snapshots/{project}")
    ResponseEntity<byte[]> manifest(
            @Needs(Scope.SNAPSHOTS) Caller caller,
            @PathVariable("project") String project,
            @RequestHeader(name = HttpHeaders.IF_NONE_MATCH, required = false) @Nullable String known)
            throws IOException {
        return unlessKnown(visible(caller, project).manifest(), known);
    }

    private static ResponseEntity<byte[]> unlessKnown(byte[] body, @Nullable String known) {
        String etag = PublishedSnapshots.etag(body);
        return etag.equals(known)
                ? ResponseEntity.status(HttpStatus.NOT_MODIFIED).eTag(etag).build()
                : ResponseEntity.ok()
                        .eTag(etag)
                        .contentType(MediaType.APPLICATION_JSON)
                        .body(body);
    }

    @GetMapping("/v1/snapshots/{project}/{file}")
    void file(
            @Needs(Scope.SNAPSHOTS) Caller caller,
            @PathVariable("project") String project,
            @PathVariable("file") String file,
            @RequestHeader(name = HttpHeaders.RANGE, required = false) @Nullable String range,
            @RequestHeader(name = HttpHeaders.IF_NONE_MATCH, required = false) @Nullable String known,
            HttpServletResponse response)
            throws IOException {
        Published published = visible(caller, project);
        // The name says what is in it.
        String etag = "\"" + file + "\"";
        try (FileChannel opened = FileChannel.open(
                snapshots.file(published.project(), file).orElseThrow(SnapshotsController::unknown),
                StandardOpenOption.READ)) {
            response.setHeader(HttpHeaders.ETAG, etag);
            if (etag.equals(known)) {
                response.setStatus(HttpStatus.NOT_MODIFIED.value());
            } else {
                send(opened, range, response);
            }
        } catch (NoSuchFileException e) {
            throw unknown();
        }
    }

    private static void send(FileChannel file, @Nullable String range, HttpServletResponse response)
            throws IOException {
        long length = file.size();
        long first = 0;
        long end = length;
        response.setHeader(HttpHeaders.ACCEPT_RANGES, "bytes");
        response.setContentType(MediaType.APPLICATION_OCTET_STREAM_VALUE);
        if (range != null) {
            try {
                // Of several ranges the first is sent: nobody who asks for snapshots has use for others.
                HttpRange wanted = HttpRange.parseRanges(range).getFirst();
                first = wanted.getRangeStart(length);
                end = wanted.getRangeEnd(length) + 1;
            } catch (IllegalArgumentException unsatisfiable) {
                first = length;
            }

            if (first >= end || first >= length) {
                response.setHeader(HttpHeaders.CONTENT_RANGE, "bytes */" + length);
                response.setStatus(HttpStatus.REQUESTED_RANGE_NOT_SATISFIABLE.value());
                return;
            }

            response.setStatus(HttpStatus.PARTIAL_CONTENT.value());
            response.setHeader(HttpHeaders.CONTENT_RANGE, "bytes %d-%d/%d".formatted(first, end - 1, length));
        }

        response.setContentLengthLong(end - first);
        WritableByteChannel out = Channels.newChannel(response.getOutputStream());
        while (first < end) {
            long sent = file.transferTo(first, Math.min(PORTION, end - first), out);
            if (sent <= 0) {
                throw new IOException("The file has become shorter");
            }

            first += sent;
        }
    }

    private Published visible(Caller caller, String project) throws IOException {
        Published published = snapshots.all().get(project);
        if (published == null || !isFor(caller, published)) {
            throw unknown();
        }

        return published;
    }

    /** A token for some directories sees their projects and no other. */
    private static boolean isFor(Caller caller, Published published) {
        return caller.token().isFor(published.directory());
    }

    private static Refusal unknown() {
        return Refusal.notFound("NO_SNAPSHOT", "Cannot send the snapshot: there is none. Publish it.");
    }
}
