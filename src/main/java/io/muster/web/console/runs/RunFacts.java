package io.muster.web.console.runs;

import io.muster.app.RunDetail;
import io.muster.jobs.Deliveries.Delivery;
import io.muster.jobs.Run;
import io.muster.jobs.Run.ImportedRows;
import io.muster.jobs.RunKind;
import io.muster.jobs.RunStatus;
import io.muster.jobs.contactimport.ImportLimits;
import io.muster.jobs.contactimport.Limit;
import io.muster.web.console.page.Texts;
import io.muster.web.console.runs.RunTexts.Status;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.util.UriComponentsBuilder;

/** What the page of an import tells of its limits, its file, its steps and its rejected rows. */
final class RunFacts {

    private static final List<String> STEPS = List.of("fetch", "survey", "load", "settle");
    private static final int BAR = 300;
    private static final int LEAST_BAR = 3;

    private RunFacts() {}

    /** A step and how it is. */
    record Step(String name, Status status) {}

    /**
     * A limit with the value that it is compared with.
     *
     * @param passed whether the run has passed it
     */
    record LimitLine(String text, boolean passed) {}

    /** A value with what it is. */
    record Fact(String name, String value) {}

    /** How many rows were rejected for one reason. */
    record CodeBar(String code, String number, long width, String address) {}

    /** The steps of an import; empty for other kinds. */
    static List<Step> steps(Run run) {
        int current = STEPS.indexOf(run.step());
        if (run.kind() != RunKind.CONTACT_IMPORT || current < 0) {
            return List.of();
        }

        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < STEPS.size(); i++) {
            steps.add(new Step(
                    STEPS.get(i),
                    i < current || run.status() == RunStatus.COMPLETED
                            ? RunTexts.status(RunStatus.COMPLETED)
                            : i == current ? RunTexts.status(run.status()) : new Status("to come", "○")));
        }

        return steps;
    }

    static List<LimitLine> limits(Run run, RunDetail detail) {
        ImportedRows rows = run.rows();
        if (rows == null || rows.read() == 0) {
            return List.of();
        }

        ImportLimits limits = detail.limits();
        long rejected = rows.counts().rejected();
        List<LimitLine> lines = new ArrayList<>();
        share("rejected", limits.maxRejected(), rejected, rows.read(), lines);
        Long most = limits.maxRejectedRows();
        if (most != null) {
            lines.add(compared("rejected rows", rejected, rejected > most ? ">" : "≤", most));
        }

        Long least = limits.minRows();
        if (least != null) {
            lines.add(compared("rows", rows.read(), rows.read() < least ? "<" : "≥", least));
        }

        Long before = detail.readBefore();
        if (before != null) {
            share("shrinkage", limits.maxShrinkage(), Math.max(0, before - rows.read()), before, lines);
        }

        atMost("new contacts", limits.maxCreated(), lines);
        atMost("changed contacts", limits.maxChanged(), lines);
        atMost("merged contacts", limits.maxMerges(), lines);
        return lines;
    }

    private static void share(String what, @Nullable Limit limit, long part, long whole, List<LimitLine> lines) {
        if (limit == null || limit.share() == null || whole == 0) {
            return;
        }

        boolean passed = limit.isPassedBy(part, whole);
        lines.add(new LimitLine(
                "%s %s %s %s".formatted(what, Texts.share(part, whole), passed ? ">" : "≤", limit.allowed("rows")),
                passed));
    }

    private static LimitLine compared(String what, long value, String sign, long limit) {
        return new LimitLine(
                "%s %s %s %s".formatted(what, Texts.number(value), sign, Texts.number(limit)),
                sign.equals(">") || sign.equals("<"));
    }

    private static void atMost(String what, @Nullable Limit limit, List<LimitLine> lines) {
        if (limit != null && limit.share() != null) {
            lines.add(new LimitLine(what + " at most " + limit.allowed("contacts"), false));
        }
    }

    static List<Fact> delivery(@Nullable Delivery delivery, ZoneId zone) {
        if (delivery == null) {
            return List.of();
        }

        List<Fact> facts = new ArrayList<>();
        facts.add(new Fact("Path", delivery.path()));
        facts.add(new Fact("Size", Texts.size(delivery.listed().size())));
        facts.add(new Fact(
                "Changed", Texts.moment(delivery.listed().modified(), zone).text()));
        facts.add(new Fact("State", delivery.state().name().toLowerCase(Locale.ROOT)));
        String hash = delivery.sha256();
        if (hash != null) {
            facts.add(new Fact("SHA-256", hash));
        }

        String archived = delivery.archivedAs();
        if (archived != null) {
            facts.add(new Fact("Archived as", archived));
        }

        return facts;
    }

    static List<CodeBar> codes(Run run, Map<String, Long> codes) {
        long most = codes.values().stream().mapToLong(Long::longValue).max().orElse(1);
        return codes.entrySet().stream()
                .map(code -> new CodeBar(
                        code.getKey(),
                        Texts.number(code.getValue()),
                        Math.max(LEAST_BAR, Math.round((double) code.getValue() * BAR / most)),
                        UriComponentsBuilder.fromPath("/runs/" + run.id() + "/rejects")
                                .queryParam("code", "{code}")
                                .encode()
                                .buildAndExpand(code.getKey())
                                .toUriString()))
                .toList();
    }
}
