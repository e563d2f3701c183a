package io.muster.web.console.evaluators;

import io.muster.access.Role;
import io.muster.app.DirectoryService;
import io.muster.app.EvaluatorService;
import io.muster.app.ProjectService;
import io.muster.app.ProjectView;
import io.muster.app.SnapshotService;
import io.muster.app.SnapshotService.InUse;
import io.muster.app.SnapshotService.Version;
import io.muster.snapshot.feed.EvaluatorReport;
import io.muster.support.Refusal;
import io.muster.web.console.page.Confirmation;
import io.muster.web.console.page.Confirmation.Field;
import io.muster.web.console.page.ConsolePages;
import io.muster.web.console.page.Texts;
import io.muster.web.console.page.Texts.Moment;
import io.muster.web.console.page.Viewer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;

/** {@code /evaluators}: what evaluators say of themselves, and the snapshots that they are given. */
@Controller
final class EvaluatorsController {

    static final String PATH = "/evaluators";

    private static final String PROJECT = PATH + "/{project:ZN_[0-9A-Za-z]+}";

    private final ConsolePages pages;
    private final EvaluatorService evaluators;
    private final SnapshotService snapshots;
    private final ProjectService projects;
    private final DirectoryService directories;
    private final InstantSource clock;

    EvaluatorsController(
            ConsolePages pages,
            EvaluatorService evaluators,
            SnapshotService snapshots,
            ProjectService projects,
            DirectoryService directories,
            InstantSource clock) {
        this.pages = pages;
        this.evaluators = evaluators;
        this.snapshots = snapshots;
        this.projects = projects;
        this.directories = directories;
        this.clock = clock;
    }

    /** Evaluators and the snapshots in use. */
    record EvaluatorsPage(List<EvaluatorRow> evaluators, List<InUseRow> snapshots) {}

    /**
     * An evaluator.
     *
     * @param state in words; empty when nothing is the matter
     * @param oldest age of the oldest contacts that it serves
     * @param lag how far it is behind in the feed
     */
    record EvaluatorRow(
            String name,
            Moment seen,
            String state,
            int projects,
            List<String> versions,
            String oldest,
            String lag,
            String requests,
            String refusals,
            String refused) {}

    /** The snapshot in use of a project. */
    record InUseRow(String project, String name, VersionRow version) {}

    /** A version of a snapshot. */
    record VersionRow(
            String version,
            Moment built,
            String age,
            String contacts,
            String size,
            boolean inUse,
            boolean pinned,
            boolean forced) {}

    @GetMapping(PATH)
    ModelAndView list(Viewer viewer) {
        viewer.require(Role.OPERATE);
        return pages.page(
                "evaluators/list",
                "Evaluators",
                viewer,
                new EvaluatorsPage(
                        evaluators.all().stream()
                                .map(report -> row(report, viewer))
                                .toList(),
                        snapshots.inUse().stream()
                                .map(used -> row(used, viewer))
                                .toList()));
    }

    private EvaluatorRow row(EvaluatorReport report, Viewer viewer) {
        OptionalLong oldest = report.snapshots().stream()
                .mapToLong(EvaluatorReport.Snapshot::age)
                .max();
        Instant behind = report.behindSince();
        return new EvaluatorRow(
                report.name(),
                Texts.moment(report.lastSeen(), viewer.zone()),
                state(report, viewer),
                report.projects(),
                report.snapshots().stream()
                        .map(EvaluatorReport.Snapshot::version)
                        .distinct()
                        .toList(),
                oldest.isEmpty() ? "" : Texts.duration(Duration.ofSeconds(oldest.getAsLong())),
                behind == null ? "none" : Texts.duration(Duration.between(behind, clock.instant())),
                Texts.number(report.requestsPerSecond()),
                Texts.number(report.refusals()),
                Texts.number(report.refusedSnapshots()));
    }

    private static String state(EvaluatorReport report, Viewer viewer) {
        if (report.silent()) {
            return "not heard of since "
                    + Texts.moment(report.lastSeen(), viewer.zone()).text();
        }

        List<String> states = new ArrayList<>();
        if (report.stale()) {
            states.add("stale");
        }

        if (report.behind()) {
            states.add("behind");
        }

        if (report.refusedSnapshots() > 0) {
            states.add("refuses snapshots");
        }

        return String.join(", ", states);
    }

    private InUseRow row(InUse used, Viewer viewer) {
        return new InUseRow(used.version().project(), used.name(), row(used.version(), viewer));
    }

    private VersionRow row(Version version, Viewer viewer) {
        return new VersionRow(
                version.version(),
                Texts.moment(version.published(), viewer.zone()),
                Texts.duration(Duration.between(version.moment(), clock.instant())),
                Texts.number(version.contacts()),
                Texts.size(version.bytes()),
                version.inUse(),
                version.pinned(),
                version.forced());
    }

    /**
     * The snapshots of a project.
     *
     * @param directory the name of the directory that it is linked to; null for none
     * @param older whether there is a version to roll back to
     */
    record VersionsPage(
            String project,
            String name,
            @Nullable String directory,
            List<VersionRow> versions,
            boolean pinned,
            boolean older,
            @Nullable String done) {}

    @GetMapping(PROJECT)
    ModelAndView versions(Viewer viewer, @PathVariable String project, @RequestParam(defaultValue = "") String done) {
        viewer.require(Role.OPERATE);
        ProjectView found = find(project);
        List<Version> versions = snapshots.versions(found.id());
        Optional<Version> used = versions.stream().filter(Version::inUse).findFirst();
        return pages.page(
                "evaluators/versions",
                "Snapshots of " + found.name(),
                viewer,
                new VersionsPage(
                        found.id(),
                        found.name(),
                        directory(found),
                        versions.stream().map(version -> row(version, viewer)).toList(),
                        used.filter(Version::pinned).isPresent(),
                        used.filter(version -> before(versions, version).isPresent())
                                .isPresent(),
                        switch (done) {
                            case "publish" -> "The definitions were published.";
                            case "pin" -> "The version is in use, and stays so until it is unpinned.";
                            case "unpin" -> "The newest version is in use, and what is published from now on.";
                            case "rollback" -> "The version before is in use, until the next one is published.";
                            default -> null;
                        }));
    }

    private ProjectView find(String project) {
        ProjectView found = projects.show(project);
        // Addresses have ids; a project may be named like the id of another one.
        if (!found.id().equals(project)) {
            throw Refusal.notFound("UNKNOWN_PROJECT", "There is no project " + project + ".");
        }

        return found;
    }

    private @Nullable String directory(ProjectView project) {
        String directory = project.directory();
        return directory == null ? null : directories.find(directory).name();
    }

    private static Optional<Version> before(List<Version> versions, Version used) {
        return versions.stream()
                .filter(version -> version.version().compareTo(used.version()) < 0)
                .findFirst();
    }

    private String address(String project) {
        return PATH + "/" + project;
    }

    @GetMapping(PROJECT + "/publish")
    ModelAndView askToPublish(Viewer viewer, @PathVariable String project) {
        viewer.require(Role.OPERATE);
        ProjectView found = find(project);
        String directory = directory(found);
        List<String> effects = new ArrayList<>();
        if (directory == null) {
            effects.add(
                    "The definitions of this project are published; it is linked to no directory, so that there is no table.");
        } else {
            effects.add("A run builds the table of the directory " + directory
                    + " from its contacts as they are now, and publishes all projects that are linked to it.");
            effects.add(
                    "A table with fewer than half of the contacts of the one before is refused, unless you allow it.");
        }

        effects.add(
                "Evaluators take it within seconds. Until then, and where it is refused, they decide from the present one.");
        snapshots
                .pinned(List.of(found.id()))
                .forEach(pinned -> effects.add("Version " + pinned.version()
                        + " is pinned and stays in use. Unpin it to have evaluators use what is published now."));
        return pages.confirm(
                "Publish a snapshot of " + found.name(),
                viewer,
                new Confirmation(
                        effects,
                        address(found.id()) + "/publish",
                        List.of(),
                        directory == null
                                ? List.of()
                                : List.of(new Field("force", "true", "Also with fewer than half of the contacts")),
                        List.of(),
                        "Publish",
                        address(found.id())));
    }

    @PostMapping(PROJECT + "/publish")
    ModelAndView publish(
            Viewer viewer, @PathVariable String project, @RequestParam(defaultValue = "false") boolean force) {
        viewer.require(Role.OPERATE);
        ProjectView found = find(project);
        String directory = found.directory();
        if (directory == null) {
            var ignored = snapshots.beginChanges(viewer.actor(), found.id());
            return ConsolePages.goTo(address(found.id()) + "?done=publish");
        }

        return ConsolePages.goTo("/runs/" + snapshots.begin(viewer.actor(), directory, force));
    }

    @GetMapping(PROJECT + "/pin")
    ModelAndView askToPin(Viewer viewer, @PathVariable String project, @RequestParam String version) {
        viewer.require(Role.OPERATE);
        ProjectView found = find(project);
        List<Version> versions = snapshots.versions(found.id());
        Version wanted = versions.stream()
                .filter(one -> one.version().equals(version))
                .findFirst()
                .orElseThrow(() -> Refusal.notFound(
                        "UNKNOWN_VERSION", "There is no version " + version + " of this project any more."));
        List<String> effects = new ArrayList<>();
        effects.add(said("It stays in use, whatever is published, until it is unpinned: ", wanted, viewer));
        replaced(versions, wanted, viewer).ifPresent(effects::add);
        effects.add("Switches of the project and its intercepts go on as they are set now.");
        return question("Pin version " + version, "pin", "Pin", effects, versions, found, viewer, version);
    }

    private static String said(String beginning, Version version, Viewer viewer) {
        return beginning + "version " + version.version() + ", built "
                + Texts.moment(version.published(), viewer.zone()).text() + ", with " + Texts.number(version.contacts())
                + " contacts.";
    }

    private static Optional<String> replaced(List<Version> versions, Version wanted, Viewer viewer) {
        return versions.stream()
                .filter(Version::inUse)
                .filter(used -> !used.version().equals(wanted.version()))
                .map(used -> said("No longer in use then: ", used, viewer))
                .findFirst();
    }

    private ModelAndView question(
            String title,
            String action,
            String button,
            List<String> effects,
            List<Version> versions,
            ProjectView project,
            Viewer viewer,
            String version) {
        return pages.confirm(
                title,
                viewer,
                new Confirmation(
                        effects,
                        address(project.id()) + "/" + action,
                        List.of(Field.hidden("version", version), Field.hidden("seen", used(versions))),
                        button,
                        address(project.id())));
    }

    private static String used(List<Version> versions) {
        return versions.stream()
                .filter(Version::inUse)
                .map(Version::version)
                .findFirst()
                .orElse("");
    }

    @GetMapping(PROJECT + "/unpin")
    ModelAndView askToUnpin(Viewer viewer, @PathVariable String project) {
        viewer.require(Role.OPERATE);
        ProjectView found = find(project);
        List<Version> versions = snapshots.versions(found.id());
        List<String> effects = new ArrayList<>();
        versions.stream().findFirst().ifPresent(newest -> {
            effects.add(said("The newest is in use then: ", newest, viewer));
            replaced(versions, newest, viewer).ifPresent(effects::add);
        });
        effects.add("What is published from now on is used as it comes.");
        return question("Unpin " + found.name(), "unpin", "Unpin", effects, versions, found, viewer, "");
    }

    @GetMapping(PROJECT + "/rollback")
    ModelAndView askToRollBack(Viewer viewer, @PathVariable String project) {
        viewer.require(Role.OPERATE);
        ProjectView found = find(project);
        List<Version> versions = snapshots.versions(found.id());
        Version before = versions.stream()
                .filter(Version::inUse)
                .findFirst()
                .flatMap(used -> before(versions, used))
                .orElseThrow(() -> Refusal.conflict(
                        "NO_EARLIER_VERSION", "No version before the one in use is kept. Publish a new one."));
        List<String> effects = new ArrayList<>();
        effects.add(said("In use then: ", before, viewer));
        replaced(versions, before, viewer).ifPresent(effects::add);
        effects.add("What is published next replaces it; pin it to keep it in use.");
        effects.add("Switches of the project and its intercepts go on as they are set now.");
        return question(
                "Roll back " + found.name(),
                "rollback",
                "Roll back",
                effects,
                versions,
                found,
                viewer,
                before.version());
    }

    @PostMapping(PROJECT + "/{action:pin|unpin|rollback}")
    ModelAndView use(
            Viewer viewer,
            @PathVariable String project,
            @PathVariable String action,
            @RequestParam(defaultValue = "") String version,
            @RequestParam(defaultValue = "") String seen) {
        viewer.require(Role.OPERATE);
        ProjectView found = find(project);
        String used = used(snapshots.versions(found.id()));
        if (!used.equals(seen)) {
            throw Refusal.conflict(
                    "MOVED_ON",
                    "Another version is in use by now: " + used + ". Nothing was changed; go back and look again.");
        }

        switch (action) {
            case "pin" -> {
                var ignored = snapshots.pin(viewer.actor(), found.id(), version);
            }
            case "unpin" -> {
                var ignored = snapshots.unpin(viewer.actor(), found.id());
            }
            default -> {
                var ignored = snapshots.rollBack(viewer.actor(), found.id());
            }
        }

        return ConsolePages.goTo(address(found.id()) + "?done=" + action);
    }
}
