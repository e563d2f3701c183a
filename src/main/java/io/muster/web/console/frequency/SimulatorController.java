package io.muster.web.console.frequency;

import io.muster.access.Role;
import io.muster.app.DirectoryView;
import io.muster.app.EligibilityService;
import io.muster.app.EligibilityService.Meant;
import io.muster.app.FrequencyExplanation;
import io.muster.app.FrequencyExplanation.CountedView;
import io.muster.app.FrequencyExplanation.Standing;
import io.muster.app.FrequencyQuestion;
import io.muster.app.FrequencyRuleService;
import io.muster.app.FrequencyRuleService.Groups;
import io.muster.app.FrequencyRuleView;
import io.muster.app.WhichContact;
import io.muster.support.Refusal;
import io.muster.web.console.page.Choice;
import io.muster.web.console.page.ConsolePages;
import io.muster.web.console.page.Problem;
import io.muster.web.console.page.SeenDirectories;
import io.muster.web.console.page.Texts;
import io.muster.web.console.page.Texts.Moment;
import io.muster.web.console.page.Viewer;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.util.UriComponentsBuilder;

/** {@code …/frequency/simulator}: why one contact may be asked or not, and when again. */
@Controller
final class SimulatorController {

    private static final int MEANT = 10;

    private final ConsolePages pages;
    private final SeenDirectories directories;
    private final FrequencyRuleService rules;
    private final EligibilityService eligibility;

    SimulatorController(
            ConsolePages pages,
            SeenDirectories directories,
            FrequencyRuleService rules,
            EligibilityService eligibility) {
        this.pages = pages;
        this.directories = directories;
        this.rules = rules;
        this.eligibility = eligibility;
    }

    /**
     * The form with its answer.
     *
     * @param meant contacts of which one is to be chosen
     * @param result null before something was asked
     */
    record SimulatorPage(
            String path,
            String contact,
            List<Choice> channels,
            String survey,
            String at,
            String zone,
            List<Problem> problems,
            List<MeantRow> meant,
            @Nullable Result result) {}

    /** A contact that may be meant. */
    record MeantRow(String id, String name, String address) {}

    /**
     * What the rules say.
     *
     * @param verdict in one sentence
     * @param reset what a reset of the counters did; null for none
     * @param axis null when no rule applies
     */
    record Result(
            String contact,
            String verdict,
            boolean eligible,
            @Nullable String reset,
            List<RuleRow> rules,
            @Nullable TimeAxis axis) {}

    /** What one rule says. */
    record RuleRow(
            String id,
            String limits,
            String whom,
            int counted,
            String window,
            @Nullable Moment next,
            boolean holds,
            List<TouchRow> touches) {}

    /** A touchpoint that counts. */
    record TouchRow(Moment at, String what) {}

    @GetMapping(FrequencyController.FREQUENCY + "/simulator")
    ModelAndView simulate(
            Viewer viewer,
            @PathVariable String directory,
            @RequestParam(defaultValue = "") String contact,
            @RequestParam(defaultValue = "web") String channel,
            @RequestParam(defaultValue = "") String survey,
            @RequestParam(defaultValue = "") String at) {
        DirectoryView found = directories.find(viewer, directory, Role.ACCESS);
        Asked asked = new Asked(contact.strip(), channel, survey.strip(), at.strip());
        if (asked.contact().isEmpty()) {
            return page(viewer, found, asked, List.of(), List.of(), null);
        }

        try {
            List<Meant> meant = eligibility.meant(found.id(), asked.contact(), MEANT);
            if (meant.isEmpty()) {
                return page(
                        viewer,
                        found,
                        asked,
                        List.of(
                                new Problem(
                                        "contact",
                                        "No contact of this directory has that id, reference or email. Check how it is written.")),
                        List.of(),
                        null);
            }

            return meant.size() > 1
                    ? page(viewer, found, asked, List.of(), meant, null)
                    : page(viewer, found, asked, List.of(), List.of(), result(found, asked, meant.getFirst()));
        } catch (Refusal refusal) {
            return page(viewer, found, asked, problems(refusal), List.of(), null);
        }
    }

    private static List<Problem> problems(Refusal refusal) {
        return refusal.kind() == Refusal.Kind.NOT_FOUND
                ? List.of(new Problem("contact", refusal.getMessage()))
                : Problem.of(refusal);
    }

    /** What was asked. */
    private record Asked(String contact, String channel, String survey, String at) {

        FrequencyQuestion question() {
            return new FrequencyQuestion(channel, Texts.given(survey), Texts.given(at));
        }
    }

    private ModelAndView page(
            Viewer viewer,
            DirectoryView directory,
            Asked asked,
            List<Problem> problems,
            List<Meant> meant,
            @Nullable Result result) {
        String path = FrequencyController.path(directory);
        return pages.inDirectory(
                "frequency/simulator",
                "Frequency simulator",
                viewer,
                directory,
                new SimulatorPage(
                        path,
                        asked.contact(),
                        Stream.of("web", "app", "email", "sms")
                                .map(one -> new Choice(one, name(one), one.equals(asked.channel())))
                                .toList(),
                        asked.survey(),
                        asked.at(),
                        directory.timeZone(),
                        problems,
                        meant.stream()
                                .map(one -> new MeantRow(one.id(), one.name(), address(path, asked, one.id())))
                                .toList(),
                        result),
                problems.isEmpty() ? HttpStatus.OK : HttpStatus.BAD_REQUEST);
    }

    private static String name(String channel) {
        return switch (channel) {
            case "web" -> "Web intercept";
            case "app" -> "App intercept";
            case "sms" -> "SMS";
            default -> "Email";
        };
    }

    private static String address(String path, Asked asked, String contact) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("contact", contact);
        values.put("channel", asked.channel());
        values.put("survey", asked.survey());
        values.put("at", asked.at());
        UriComponentsBuilder address = UriComponentsBuilder.fromPath(path + "/frequency/simulator");
        values.keySet().forEach(name -> address.queryParam(name, "{" + name + "}"));
        return address.encode().buildAndExpand(values).toUriString();
    }

    private Result result(DirectoryView directory, Asked asked, Meant meant) {
        FrequencyExplanation explained =
                eligibility.explain(directory.id(), new WhichContact(meant.id(), null), asked.question());
        ZoneId zone = FrequencyController.zone(directory);
        Map<String, FrequencyRuleView> known = rules.list(directory.id()).stream()
                .collect(Collectors.toMap(FrequencyRuleView::id, Function.identity()));
        Groups groups = rules.named(directory.id());
        List<RuleRow> rows = explained.rules().stream()
                .flatMap(standing ->
                        Stream.ofNullable(known.get(standing.rule())).map(rule -> row(standing, rule, groups, zone)))
                .toList();
        String reset = explained.resetAt();
        return new Result(
                meant.id(),
                verdict(explained, zone),
                explained.eligible(),
                reset == null
                        ? null
                        : "Its counters were reset: what was known by %s does not count."
                                .formatted(
                                        Texts.moment(Instant.parse(reset), zone).text()),
                rows,
                rows.isEmpty() ? null : axis(directory, asked, explained, known, zone));
    }

    private static String verdict(FrequencyExplanation explained, ZoneId zone) {
        if (explained.eligible()) {
            return explained.rules().isEmpty() ? "Eligible: no rule applies." : "Eligible: no rule holds it back.";
        }

        String next = explained.nextEligible();
        return next == null
                ? "Never eligible, by the rule %s.".formatted(explained.rule())
                : "Not eligible until %s, by the rule %s."
                        .formatted(Texts.moment(Instant.parse(next), zone).text(), explained.rule());
    }

    private static RuleRow row(Standing standing, FrequencyRuleView rule, Groups groups, ZoneId zone) {
        String next = standing.nextEligible();
        boolean never = Integer.valueOf(0).equals(rule.max());
        return new RuleRow(
                rule.id(),
                RuleTexts.limits(rule),
                RuleTexts.whom(rule, groups),
                standing.counted(),
                window(rule),
                next == null ? null : Texts.moment(Instant.parse(next), zone),
                next != null || never,
                standing.touchpoints().stream()
                        .map(touch -> new TouchRow(Texts.moment(Instant.parse(touch.time()), zone), what(touch, zone)))
                        .toList());
    }

    private static String window(FrequencyRuleView rule) {
        String window = Stream.of(rule.per(), rule.gap())
                .filter(text -> RuleTexts.millis(text) > 0)
                .map(text -> RuleTexts.period(String.valueOf(text)))
                .distinct()
                .collect(Collectors.joining(", "));
        return window.isEmpty() ? "none" : window;
    }

    private static String what(CountedView touch, ZoneId zone) {
        String survey = touch.survey();
        String until = touch.until();
        return touch.channel() + " " + touch.kind()
                + (survey == null ? "" : ", survey " + survey)
                + (until == null
                        ? ""
                        : ", until " + Texts.moment(Instant.parse(until), zone).text());
    }

    private TimeAxis axis(
            DirectoryView directory,
            Asked asked,
            FrequencyExplanation explained,
            Map<String, FrequencyRuleView> known,
            ZoneId zone) {
        Map<String, TimeAxis.Touch> touches = new LinkedHashMap<>();
        List<TimeAxis.Window> windows = new ArrayList<>();
        for (Standing standing : explained.rules()) {
            for (CountedView touch : standing.touchpoints()) {
                touches.put(
                        touch.time() + touch.kind() + touch.channel(),
                        new TimeAxis.Touch(
                                Instant.parse(touch.time()),
                                Texts.moment(Instant.parse(touch.time()), zone).text() + ": " + what(touch, zone)));
            }

            FrequencyRuleView rule = known.get(standing.rule());
            if (rule != null) {
                windows(rule, windows);
            }
        }

        String next = explained.nextEligible();
        return TimeAxis.of(
                eligibility.moment(directory.id(), Texts.given(asked.at())),
                next == null ? null : Instant.parse(next),
                List.copyOf(touches.values()),
                windows,
                zone);
    }

    private static void windows(FrequencyRuleView rule, List<TimeAxis.Window> windows) {
        long per = RuleTexts.millis(rule.per());
        long gap = RuleTexts.millis(rule.gap());
        if (per > 0) {
            windows.add(new TimeAxis.Window(
                    "at most %s in %s".formatted(rule.max(), RuleTexts.period(String.valueOf(rule.per()))), per));
        }

        if (gap > 0) {
            windows.add(new TimeAxis.Window("%s apart".formatted(RuleTexts.period(String.valueOf(rule.gap()))), gap));
        }
    }
}
