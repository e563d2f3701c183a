package io.muster.web.console.runs;

import io.muster.access.Role;
import io.muster.app.AutomationService;
import io.muster.app.AutomationView;
import io.muster.app.RunForecast;
import io.muster.automation.contactimport.ContactImportRuns.Upcoming;
import io.muster.extract.source.SourceFile;
import io.muster.jobs.AskedRuns.AskedRun;
import io.muster.jobs.Holds.Hold;
import io.muster.support.Refusal;
import io.muster.web.console.page.Confirmation;
import io.muster.web.console.page.Confirmation.Field;
import io.muster.web.console.page.ConsolePages;
import io.muster.web.console.page.Problem;
import io.muster.web.console.page.Texts;
import io.muster.web.console.page.Viewer;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;

/**
 * What is done with an automation: {@code GET} says what will happen and changes nothing, {@code POST} does it. A run is asked
 * for, and begun by a server within seconds: whoever presses does not wait for it.
 */
@Controller
final class AutomationActionsController {

    private static final String ID = "/automations/{id}/";
    private static final int MOST_FILES = 20;
    private static final int MOST_TIMES = 3;
    private static final String REASON = "reason";

    private final ConsolePages pages;
    private final AutomationService automations;

    AutomationActionsController(ConsolePages pages, AutomationService automations) {
        this.pages = pages;
        this.automations = automations;
    }

    private AutomationView find(Viewer viewer, String id) {
        AutomationsController.requireAll(viewer);
        viewer.require(Role.OPERATE);
        return automations.view(id);
    }

    @GetMapping(ID + "run")
    ModelAndView previewRun(Viewer viewer, @PathVariable String id) {
        AutomationView view = find(viewer, id);
        requireActing(view);
        List<String> effects = new ArrayList<>(effects(automations.forecast(id), viewer));
        effects.add("A server begins within seconds. You need not wait: the page of the automation says how it went.");
        Hold hold = view.hold();
        if (hold != null) {
            effects.add("It is held by %s: %s. It runs this once all the same, and stays held."
                    .formatted(hold.by().text(), hold.reason()));
        }

        String address = AutomationTexts.address(view);
        return pages.confirm(
                "Run " + view.name() + " now",
                viewer,
                new Confirmation(
                        effects,
                        address + "/run",
                        List.of(Field.hidden("state", state(automations.asked(view.id())))),
                        "Run now",
                        address));
    }

    private static void requireActing(AutomationView view) {
        if (!view.acts()) {
            throw Refusal.conflict("RUNS_ON_EVENTS", "There is nothing to run or hold: " + view.idle());
        }
    }

    private static String state(@Nullable AskedRun asked) {
        return asked == null ? "none" : String.valueOf(asked.at().toEpochMilli());
    }

    private static List<String> effects(RunForecast forecast, Viewer viewer) {
        Upcoming upcoming = forecast.upcoming();
        if (forecast.unknown() != null) {
            return List.of("Which files it would take is not known now: " + forecast.unknown());
        }

        if (upcoming == null) {
            return List.of(
                    forecast.view().kind().equals("segment-rebuild")
                            ? "It rebuilds its segments now, as by its schedule."
                            : "It goes on with its tasks that are not done, else begins them anew.");
        }

        List<String> effects = new ArrayList<>();
        upcoming.interrupted()
                .forEach(run -> effects.add("It goes on first with run " + run.id() + ", which was cut off."));
        Refusal refusal = upcoming.refusal();
        List<SourceFile> files = upcoming.files();
        if (files.isEmpty()) {
            effects.add("Its source has no new file: nothing would be imported.");
        } else if (refusal != null) {
            effects.add("It takes no file: " + refusal.getMessage());
        } else {
            effects.add(
                    files.size() == 1
                            ? "It takes 1 file:"
                            : "It takes " + Texts.number(files.size()) + " files, one run each, in this order:");
            files.stream()
                    .limit(MOST_FILES)
                    .forEach(file -> effects.add("%s, %s, changed %s"
                            .formatted(
                                    file.name(),
                                    Texts.size(file.size()),
                                    Texts.moment(file.modified(), viewer.zone()).text())));
            if (files.size() > MOST_FILES) {
                effects.add("and %s more.".formatted(Texts.number(files.size() - MOST_FILES)));
            }
        }

        return effects;
    }

    @PostMapping(ID + "run")
    ModelAndView run(Viewer viewer, @PathVariable String id, @RequestParam String state) {
        AutomationView view = find(viewer, id);
        // Sent twice: it was asked for since.
        if (state.equals(state(automations.asked(view.id())))) {
            AskedRun ignored = automations.run(id, viewer.actor());
        }

        return ConsolePages.goTo(AutomationTexts.address(view));
    }

    @GetMapping(ID + "take")
    ModelAndView previewTake(Viewer viewer, @PathVariable String id, @RequestParam String file) {
        AutomationView view = find(viewer, id);
        if (!view.waiting().contains(file)) {
            throw Refusal.conflict("FILE_NOT_WAITING", "This file does not wait any more: " + file);
        }

        String address = AutomationTexts.address(view);
        return pages.confirm(
                "Take " + file + " again",
                viewer,
                new Confirmation(
                        List.of(
                                "A run imports the file, although a newer one was imported before.",
                                "What it says of contacts that the newer one has changed overwrites that, unless the job says as of when rows count.",
                                "A server begins within seconds. You need not wait: the page of the automation says how it went."),
                        address + "/take",
                        List.of(Field.hidden("file", file)),
                        "Take again",
                        address));
    }

    @PostMapping(ID + "take")
    ModelAndView take(Viewer viewer, @PathVariable String id, @RequestParam String file) {
        AutomationView view = find(viewer, id);
        AskedRun ignored = automations.takeAgain(id, file, viewer.actor());
        return ConsolePages.goTo(AutomationTexts.address(view));
    }

    @GetMapping(ID + "hold")
    ModelAndView previewHold(Viewer viewer, @PathVariable String id) {
        AutomationView view = find(viewer, id);
        requireActing(view);
        Hold hold = view.hold();
        if (hold != null) {
            throw Refusal.conflict(
                    "HELD", "It is held already, by %s: %s".formatted(hold.by().text(), hold.reason()));
        }

        return pages.confirm("Hold " + view.name(), viewer, hold(view, viewer.zone(), "", List.of()));
    }

    private Confirmation hold(AutomationView view, ZoneId zone, String reason, List<Problem> problems) {
        String address = AutomationTexts.address(view);
        List<String> effects = new ArrayList<>();
        List<Instant> times = automations.times(view.id());
        if (times.isEmpty()) {
            effects.add("It has no schedule, so that there is nothing to miss; all who look at it see the hold.");
        } else {
            effects.add("It does not run by itself until it is released. It misses first: "
                    + String.join(
                            ", ",
                            AutomationTexts.times(
                                            times.subList(0, Math.min(MOST_TIMES, times.size())), view.zone(), zone)
                                    .stream()
                                    .map(time -> time.at().text())
                                    .toList())
                    + ".");
            effects.add(AutomationTexts.missed(view));
        }

        if (!AutomationTexts.alarm(view).isEmpty()) {
            effects.add("Its alarm (" + AutomationTexts.alarm(view) + ") is silent meanwhile.");
        }

        effects.add("A run that is under way goes on. Run now is possible.");
        return new Confirmation(
                        effects,
                        address + "/hold",
                        List.of(),
                        List.of(),
                        List.of(new Field(REASON, reason, "Reason, for whoever finds it held")),
                        "Hold",
                        address)
                .with(problems);
    }

    @PostMapping(ID + "hold")
    ModelAndView hold(Viewer viewer, @PathVariable String id, @RequestParam(defaultValue = "") String reason) {
        AutomationView view = find(viewer, id);
        if (view.hold() == null) {
            try {
                Hold ignored = automations.hold(id, reason, viewer.actor());
            } catch (Refusal refusal) {
                if (!REASON.equals(refusal.arguments().get("field"))) {
                    throw refusal;
                }

                return pages.page(
                        "confirm",
                        "Hold " + view.name(),
                        viewer,
                        hold(
                                view,
                                viewer.zone(),
                                reason,
                                List.of(new Problem("text-" + REASON, String.valueOf(refusal.getMessage())))),
                        HttpStatus.BAD_REQUEST);
            }
        }

        return ConsolePages.goTo(AutomationTexts.address(view));
    }

    @GetMapping(ID + "release")
    ModelAndView previewRelease(Viewer viewer, @PathVariable String id) {
        AutomationView view = find(viewer, id);
        Hold hold = view.hold();
        if (hold == null) {
            throw Refusal.conflict("NOT_HELD", "Nobody holds it, so that there is nothing to release.");
        }

        String address = AutomationTexts.address(view);
        List<Instant> times = automations.times(view.id());
        List<String> effects = new ArrayList<>();
        effects.add("%s has held it since %s: %s"
                .formatted(
                        hold.by().text(),
                        Texts.moment(hold.since(), viewer.zone()).text(),
                        hold.reason()));
        if (!times.isEmpty()) {
            effects.add("It runs by itself again, next at "
                    + Texts.moment(times.getFirst(), view.zone()).text() + ".");
            effects.add(AutomationTexts.missed(view));
        }

        return pages.confirm(
                "Release " + view.name(),
                viewer,
                new Confirmation(
                        effects,
                        address + "/release",
                        List.of(Field.hidden(
                                "state", String.valueOf(hold.since().toEpochMilli()))),
                        "Release",
                        address));
    }

    @PostMapping(ID + "release")
    ModelAndView release(Viewer viewer, @PathVariable String id, @RequestParam String state) {
        AutomationView view = find(viewer, id);
        Hold hold = view.hold();
        if (hold != null) {
            if (!state.equals(String.valueOf(hold.since().toEpochMilli()))) {
                throw Refusal.conflict(
                        "HELD_ANEW",
                        "Cannot release it: %s holds it anew since %s: %s Look at it again; nothing was changed."
                                .formatted(
                                        hold.by().text(),
                                        Texts.moment(hold.since(), viewer.zone())
                                                .text(),
                                        hold.reason()));
            }

            boolean ignored = automations.release(id, viewer.actor());
        }

        return ConsolePages.goTo(AutomationTexts.address(view));
    }
}
