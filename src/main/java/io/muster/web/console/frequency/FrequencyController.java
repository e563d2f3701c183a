package io.muster.web.console.frequency;

import io.muster.access.Role;
import io.muster.app.DirectoryView;
import io.muster.app.ForecastTasks;
import io.muster.app.FrequencyQuestion;
import io.muster.app.FrequencyRuleService;
import io.muster.app.FrequencyRuleService.Groups;
import io.muster.app.FrequencyRuleView;
import io.muster.app.NewFrequencyRule;
import io.muster.app.SimulationRequest;
import io.muster.app.SimulationView;
import io.muster.runs.RunRequest;
import io.muster.runs.RunService;
import io.muster.support.Ids;
import io.muster.support.PublicId;
import io.muster.support.Refusal;
import io.muster.web.console.page.Choice;
import io.muster.web.console.page.ConsolePages;
import io.muster.web.console.page.Problem;
import io.muster.web.console.page.SeenDirectories;
import io.muster.web.console.page.Texts;
import io.muster.web.console.page.Texts.Moment;
import io.muster.web.console.page.Viewer;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.util.UriComponentsBuilder;

/** {@code …/frequency}: the rules of a directory, added, changed and removed after a look at whom that holds back. */
@Controller
final class FrequencyController {

    static final String FREQUENCY = "/directories/{directory:POOL_[A-Za-z0-9]+}/frequency";

    private static final String RULE = FREQUENCY + "/{rule:FR_[A-Za-z0-9]+}";

    /** A page is given with the numbers when they are there soon, else it asks for them again. */
    private static final Duration PATIENCE = Duration.ofMillis(700);

    private final ConsolePages pages;
    private final SeenDirectories directories;
    private final FrequencyRuleService rules;
    private final ForecastTasks forecasts;
    private final RunService runs;
    private final Ids ids;

    FrequencyController(
            ConsolePages pages,
            SeenDirectories directories,
            FrequencyRuleService rules,
            ForecastTasks forecasts,
            RunService runs,
            Ids ids) {
        this.pages = pages;
        this.directories = directories;
        this.rules = rules;
        this.forecasts = forecasts;
        this.runs = runs;
        this.ids = ids;
    }

    static String path(DirectoryView directory) {
        return "/directories/" + directory.id();
    }

    static ZoneId zone(DirectoryView directory) {
        return ZoneId.of(directory.timeZone());
    }

    /**
     * The rules of a directory.
     *
     * @param general those of the directory
     * @param custom those of surveys, segments and lists
     * @param needs the role that changing needs; null for who has it
     */
    record FrequencyPage(
            String path,
            List<Row> general,
            List<Row> custom,
            @Nullable String needs) {

        /** Whether there are no rules at all. */
        public boolean empty() {
            return general.isEmpty() && custom.isEmpty();
        }
    }

    /** A rule. */
    record Row(String id, String limits, String whom, boolean intercepts, Moment since) {}

    @GetMapping(FREQUENCY)
    ModelAndView list(Viewer viewer, @PathVariable String directory) {
        DirectoryView found = directories.find(viewer, directory, Role.ACCESS);
        List<FrequencyRuleView> all = rules.list(found.id());
        Groups groups = rules.named(found.id());
        return pages.inDirectory(
                "frequency/rules",
                "Frequency rules",
                viewer,
                found,
                new FrequencyPage(
                        path(found),
                        all.stream()
                                .filter(FrequencyController::isGeneral)
                                .map(rule -> row(found, rule, groups))
                                .toList(),
                        all.stream()
                                .filter(rule -> !isGeneral(rule))
                                .map(rule -> row(found, rule, groups))
                                .toList(),
                        viewer.can(Role.MANAGE) ? null : "Manage directory"));
    }

    private static boolean isGeneral(FrequencyRuleView rule) {
        return rule.survey() == null && rule.segment() == null && rule.list() == null;
    }

    private static Row row(DirectoryView directory, FrequencyRuleView rule, Groups groups) {
        return new Row(
                rule.id(),
                RuleTexts.limits(rule),
                RuleTexts.whom(rule, groups),
                rule.appliesToIntercepts(),
                Texts.moment(rule.created(), zone(directory)));
    }

    /**
     * Who is held back now.
     *
     * @param facts sentences with numbers; empty while they are being counted
     */
    record CappedPage(String path, List<String> facts) {}

    @GetMapping(FREQUENCY + "/capped")
    ModelAndView capped(Viewer viewer, @PathVariable String directory) {
        DirectoryView found = directories.find(viewer, directory, Role.ACCESS);
        Optional<ForecastTasks.Answer> web = forecasts.now(found.id(), "web", PATIENCE);
        Optional<ForecastTasks.Answer> mail = forecasts.now(found.id(), "email", PATIENCE);
        List<String> facts = new ArrayList<>();
        if (web.isPresent() && mail.isPresent()) {
            facts.add(capped("intercepts", web.get().forecast()));
            facts.add(capped("email and SMS", mail.get().forecast()));
            facts.add("Those who opted out are not among them. As of "
                    + Texts.moment(web.get().asOf(), zone(found)).text() + ".");
        }

        return pages.inDirectory(
                "frequency/capped", "Contacts capped now", viewer, found, new CappedPage(path(found), facts));
    }

    private static String capped(String what, SimulationView view) {
        return "For %s, %s of %s contacts are held back now (%s)."
                .formatted(
                        what,
                        Texts.number(view.cappedBefore()),
                        Texts.number(view.contacts()),
                        Texts.share(view.cappedBefore(), view.contacts()));
    }

    /**
     * The form of a rule.
     *
     * @param rule the id of the rule that is changed; empty for a new one
     */
    record FormPage(
            String path,
            String rule,
            RuleForm form,
            List<Choice> perUnits,
            List<Choice> gapUnits,
            List<Choice> segments,
            List<Choice> lists,
            List<Problem> problems) {

        /** Whether a field is wrong. */
        public boolean wrong(String field) {
            return problems.stream().anyMatch(problem -> problem.field().equals(field));
        }
    }

    @GetMapping(FREQUENCY + "/add")
    ModelAndView add(Viewer viewer, @PathVariable String directory) {
        DirectoryView found = directories.find(viewer, directory, Role.MANAGE);
        return form(viewer, found, "", RuleForm.of(Map.of()), List.of());
    }

    @GetMapping(RULE + "/edit")
    ModelAndView edit(Viewer viewer, @PathVariable String directory, @PathVariable String rule) {
        DirectoryView found = directories.find(viewer, directory, Role.MANAGE);
        FrequencyRuleView present = rules.show(found.id(), rule);
        return form(viewer, found, present.id(), RuleForm.of(present), List.of());
    }

    private ModelAndView form(
            Viewer viewer, DirectoryView directory, String rule, RuleForm form, List<Problem> problems) {
        Groups groups = rules.groups(directory.id());
        return pages.inDirectory(
                "frequency/form",
                rule.isEmpty() ? "Add a frequency rule" : "Change the frequency rule",
                viewer,
                directory,
                new FormPage(
                        path(directory),
                        rule,
                        form,
                        units(form.perUnit()),
                        units(form.gapUnit()),
                        choices(groups.segments(), form.segment()),
                        choices(groups.lists(), form.list()),
                        problems),
                problems.isEmpty() ? HttpStatus.OK : HttpStatus.BAD_REQUEST);
    }

    private static List<Choice> units(String chosen) {
        List<String> units = new ArrayList<>(RuleForm.units());
        if (!units.contains(chosen)) {
            units.addFirst(chosen);
        }

        return units.stream()
                .map(unit -> new Choice(unit, RuleForm.unitName(unit), unit.equals(chosen)))
                .toList();
    }

    private static List<Choice> choices(Map<String, String> names, String chosen) {
        return names.entrySet().stream()
                .map(entry -> new Choice(
                        entry.getKey(), entry.getValue(), entry.getKey().equals(chosen)))
                .toList();
    }

    /**
     * What a change would do.
     *
     * @param numbers whom it would hold back; empty while that is being counted
     * @param fields what the form sends
     */
    record PreviewPage(
            List<String> effects,
            List<String> numbers,
            String address,
            Map<String, String> fields,
            String button,
            String back) {}

    @GetMapping(FREQUENCY + "/preview")
    ModelAndView preview(Viewer viewer, @PathVariable String directory, @RequestParam Map<String, String> sent) {
        DirectoryView found = directories.find(viewer, directory, Role.MANAGE);
        RuleForm form = RuleForm.of(sent);
        String without = sent.getOrDefault("without", "");
        List<Problem> problems = form.problems();
        FrequencyRuleView before = without.isEmpty() ? null : rules.show(found.id(), without);
        if (!problems.isEmpty()) {
            return form(viewer, found, without, form, problems);
        }

        NewFrequencyRule rule = form.rule();
        List<String> effects = new ArrayList<>();
        if (before != null) {
            effects.add("Until now: " + words(before, found) + ".");
        }

        effects.add("From then on: " + words(rule, found) + ".");
        if (rule.list() != null) {
            effects.add("A rule on a list does not apply to intercepts: it counts for email and SMS only.");
        }

        if (rule.survey() != null) {
            effects.add("It replaces the rules of the directory for that survey. What is blank is taken from them.");
        }

        effects.addAll(both(found));
        List<String> numbers;
        try {
            numbers = numbers(found, rule, before);
        } catch (Refusal refusal) {
            return form(viewer, found, without, form, Problem.of(refusal));
        }

        Map<String, String> fields = form.fields();
        if (before != null) {
            fields.put("without", before.id());
        }

        UriComponentsBuilder back = UriComponentsBuilder.fromPath(path(found) + "/frequency");
        return pages.inDirectory(
                "frequency/preview",
                before == null ? "Add a frequency rule" : "Change the frequency rule",
                viewer,
                found,
                new PreviewPage(
                        effects,
                        numbers,
                        path(found) + "/frequency/rules",
                        fields,
                        before == null ? "Add the rule" : "Change the rule",
                        back.build().toUriString()));
    }

    private List<String> both(DirectoryView directory) {
        List<String> effects = new ArrayList<>();
        effects.add(
                "All channels share the count: who got a mail sees no intercept in the window, and the other way round.");
        if (rules.decides(directory.id())) {
            effects.add("Evaluators decide by it once the snapshot is published that follows.");
        }

        return effects;
    }

    private String words(FrequencyRuleView rule, DirectoryView directory) {
        return RuleTexts.limits(rule) + ", for " + RuleTexts.whom(rule, rules.named(directory.id()));
    }

    private String words(NewFrequencyRule rule, DirectoryView directory) {
        String max = rule.max();
        Object limit = max != null && Character.isDigit(max.charAt(0)) ? (Object) Integer.valueOf(max) : max;
        return words(
                new FrequencyRuleView(
                        "",
                        directory.id(),
                        rule.survey(),
                        rule.segment(),
                        rule.list(),
                        rule.always(),
                        limit,
                        rule.per(),
                        rule.gap(),
                        rule.list() == null,
                        directory.created()),
                directory);
    }

    private List<String> numbers(DirectoryView directory, NewFrequencyRule rule, @Nullable FrequencyRuleView before) {
        boolean messages = rule.list() != null || (before != null && before.list() != null);
        return forecasts
                .ask(
                        new SimulationRequest(
                                directory.id(),
                                rule,
                                before == null ? null : before.id(),
                                null,
                                new FrequencyQuestion(messages ? "email" : "web", null, null)),
                        PATIENCE)
                .map(answer -> numbers(directory, answer, messages))
                .orElse(List.of());
    }

    private static List<String> numbers(DirectoryView directory, ForecastTasks.Answer answer, boolean messages) {
        SimulationView view = answer.forecast();
        return List.of(
                "Newly capped: %s. Freed: %s%s%s."
                        .formatted(
                                Texts.number(view.newlyCapped()),
                                Texts.number(view.noLongerCapped()),
                                messages ? ", for email and SMS" : ", for intercepts",
                                view.survey() == null ? "" : ", asked about the survey " + view.survey()),
                "Of %s contacts, %s are capped now and %s would be, as of %s."
                        .formatted(
                                Texts.number(view.contacts()),
                                Texts.number(view.cappedBefore()),
                                Texts.number(view.cappedAfter()),
                                Texts.moment(answer.asOf(), zone(directory)).text()));
    }

    @PostMapping(FREQUENCY + "/rules")
    ModelAndView put(Viewer viewer, @PathVariable String directory, @RequestParam Map<String, String> sent) {
        DirectoryView found = directories.find(viewer, directory, Role.MANAGE);
        RuleForm form = RuleForm.of(sent);
        String without = sent.getOrDefault("without", "");
        List<Problem> problems = form.problems();
        if (!problems.isEmpty()) {
            return form(viewer, found, without, form, problems);
        }

        try {
            var ignored = rules.put(viewer.actor(), found.id(), form.rule(), Texts.given(without));
        } catch (Refusal refusal) {
            return form(viewer, found, without, form, Problem.of(refusal));
        }

        publish(viewer, found);
        return ConsolePages.goTo(path(found) + "/frequency");
    }

    /** Times of contacts, and which intercepts are for lists, follow from rules: what evaluators are given has to as well. */
    private void publish(Viewer viewer, DirectoryView directory) {
        if (rules.decides(directory.id())) {
            int number = (int) ids.read(PublicId.DIRECTORY, directory.id()).orElseThrow();
            var ignored = runs.start(new RunRequest.Snapshot(number, false), viewer.actor());
        }
    }

    @GetMapping(RULE + "/remove")
    ModelAndView previewRemove(Viewer viewer, @PathVariable String directory, @PathVariable String rule) {
        DirectoryView found = directories.find(viewer, directory, Role.MANAGE);
        FrequencyRuleView present = rules.show(found.id(), rule);
        List<String> effects = new ArrayList<>();
        effects.add("The rule goes: " + words(present, found) + ".");
        if (rules.list(found.id()).size() == 1) {
            effects.add("It is the only one: without rules everybody is eligible, at any time.");
        }

        effects.addAll(both(found));
        String path = path(found) + "/frequency";
        return pages.inDirectory(
                "frequency/preview",
                "Remove the frequency rule",
                viewer,
                found,
                new PreviewPage(
                        effects,
                        numbers(found, new NewFrequencyRule(null, null, null, null, false, null, null), present),
                        path + "/" + present.id() + "/remove",
                        Map.of(),
                        "Remove the rule",
                        path));
    }

    @PostMapping(RULE + "/remove")
    ModelAndView remove(Viewer viewer, @PathVariable String directory, @PathVariable String rule) {
        DirectoryView found = directories.find(viewer, directory, Role.MANAGE);
        if (rules.list(found.id()).stream().anyMatch(one -> Objects.equals(one.id(), rule))) {
            var ignored = rules.remove(viewer.actor(), found.id(), rule);
            publish(viewer, found);
        }

        return ConsolePages.goTo(path(found) + "/frequency");
    }
}
