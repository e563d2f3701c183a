package io.muster.web;

import io.muster.access.Scope;
import io.muster.snapshot.feed.ChangeFeed;
import io.muster.snapshot.feed.ChangeFeed.Changes;
import io.muster.snapshot.feed.ChangeFeed.NotRecorded;
import io.muster.snapshot.feed.ChangeFeed.Nothing;
import io.muster.snapshot.feed.ChangeFeed.Reply;
import io.muster.snapshot.feed.EvaluatorReports;
import io.muster.support.Refusal;
import io.muster.web.call.Caller;
import io.muster.web.call.Needs;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET /v1/feed}: what changed after a position, at once or when it happens. The thread that waits is a virtual one. */
@RestController
final class FeedController {

    private final ChangeFeed feed;
    private final EvaluatorReports reports;

    FeedController(ChangeFeed feed, EvaluatorReports reports) {
        this.feed = feed;
        this.reports = reports;
    }

    @GetMapping("/v1/feed")
    ResponseEntity<?> changes(
            @Needs(Scope.SNAPSHOTS) Caller caller,
            @RequestParam("directory") String directory,
            @RequestParam("after") String after,
            @RequestParam(name = "behind", defaultValue = "false") boolean behind,
            @RequestHeader(name = SnapshotsController.REPORT, required = false) @Nullable String report)
            throws InterruptedException {
        caller.requireDirectory(directory);
        reports.heard(report);
        return switch (reply(directory, after, behind)) {
            case Changes changes ->
                ResponseEntity.ok().contentType(MediaType.APPLICATION_JSON).body(changes.json());
            case Nothing nothing -> ResponseEntity.noContent().build();
            case NotRecorded unknown ->
                ResponseEntity.status(HttpStatus.GONE)
                        .contentType(MediaType.APPLICATION_JSON)
                        .body(ErrorAnswer.of(
                                "NOT_RECORDED",
                                "Cannot say what changed: it is recorded once a table of the directory has been built. Publish its snapshot.",
                                "directory"));
        };
    }

    private Reply reply(String directory, String after, boolean behind) throws InterruptedException {
        try {
            return feed.ask(directory, after, behind).get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }

            throw Refusal.failed("Cannot say what changed: %s. Ask again later.".formatted(e.getMessage()), e);
        }
    }
}
