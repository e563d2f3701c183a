package io.muster.web.console.admin;

import io.muster.access.Role;
import io.muster.app.AuditLine;
import io.muster.app.AuditRequest;
import io.muster.app.AuditService;
import io.muster.app.Page;
import io.muster.support.Refusal;
import io.muster.web.console.page.ConsolePages;
import io.muster.web.console.page.CsvDownload;
import io.muster.web.console.page.Pager;
import io.muster.web.console.page.Problem;
import io.muster.web.console.page.Texts;
import io.muster.web.console.page.Texts.Moment;
import io.muster.web.console.page.Viewer;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.util.UriComponentsBuilder;
import tools.jackson.databind.json.JsonMapper;

/** {@code /admin/audit}: who did what, on what, and when; to be looked through and to be downloaded. */
@Controller
final class AuditController {

    private static final String LOG = "/admin/audit";
    private static final int LINES = 100;
    private static final int AT_ONCE = 1_000;
    private static final List<String> HEADER = List.of("When", "Who", "Kind", "What", "Directory", "On", "Detail");

    private final ConsolePages pages;
    private final AuditService audit;
    private final JsonMapper json;

    AuditController(ConsolePages pages, AuditService audit, JsonMapper json) {
        this.pages = pages;
        this.audit = audit;
        this.json = json;
    }

    /** What is asked for, as it was written. */
    record Asked(String who, String what, String on, String from, String to) {

        Map<String, String> byName() {
            Map<String, String> names = new LinkedHashMap<>();
            names.put("who", who);
            names.put("what", what);
            names.put("on", on);
            names.put("from", from);
            names.put("to", to);
            return names;
        }

        /** Whether anything is. */
        public boolean isAny() {
            return byName().values().stream().anyMatch(text -> !text.isBlank());
        }

        /** Of a form of download. */
        public String download(String form) {
            UriComponentsBuilder address = UriComponentsBuilder.fromPath(LOG + "/" + form + ".csv");
            byName().forEach((name, text) -> {
                if (!text.isBlank()) {
                    address.queryParam(name, "{" + name + "}");
                }
            });
            return address.encode().buildAndExpand(byName()).toUriString();
        }

        AuditRequest request(ZoneId zone) {
            return new AuditRequest(
                    null,
                    Texts.given(who),
                    Texts.given(what),
                    Texts.given(on),
                    day("from", from, 0, zone),
                    day("to", to, 1, zone));
        }

        private static @Nullable Instant day(String field, String text, int later, ZoneId zone) {
            if (text.isBlank()) {
                return null;
            }

            try {
                return LocalDate.parse(text.strip())
                        .plusDays(later)
                        .atStartOfDay(zone)
                        .toInstant();
            } catch (DateTimeException e) {
                throw Refusal.invalid(
                                "INVALID_DAY",
                                "Cannot look for the day '%s': it is none. Write it like 2026-11-30.".formatted(text))
                        .with("field", field)
                        .causedBy(e);
            }
        }
    }

    /** The audit log. */
    record AuditPage(List<AuditRow> lines, Asked asked, String zone, List<Problem> problems, Pager pager) {}

    /** A line of it. */
    record AuditRow(Moment at, String who, String door, String what, String action, String on, String detail) {}

    @GetMapping(LOG)
    ModelAndView log(
            Viewer viewer,
            @RequestParam(defaultValue = "") String who,
            @RequestParam(defaultValue = "") String what,
            @RequestParam(defaultValue = "") String on,
            @RequestParam(defaultValue = "") String from,
            @RequestParam(defaultValue = "") String to,
            @RequestParam(defaultValue = "") String after) {
        viewer.require(Role.ADMINISTER);
        Asked asked = new Asked(who, what, on, from, to);
        try {
            Page<AuditLine> page = audit.list(asked.request(viewer.zone()), Texts.given(after), LINES);
            return page(
                    viewer,
                    page.items().stream().map(line -> row(line, viewer)).toList(),
                    asked,
                    List.of(),
                    Pager.of(LOG, asked.byName(), after, page.next()),
                    HttpStatus.OK);
        } catch (Refusal refusal) {
            return page(viewer, List.of(), asked, Problem.of(refusal), new Pager(null, null), HttpStatus.BAD_REQUEST);
        }
    }

    private ModelAndView page(
            Viewer viewer, List<AuditRow> lines, Asked asked, List<Problem> problems, Pager pager, HttpStatus status) {
        return pages.page(
                "admin/audit",
                "Audit log",
                viewer,
                new AuditPage(lines, asked, viewer.zone().getId(), problems, pager),
                status);
    }

    private static AuditRow row(AuditLine line, Viewer viewer) {
        return new AuditRow(
                Texts.moment(line.at(), viewer.zone()),
                line.actor(),
                line.actorKind().replace('-', ' '),
                Texts.act(line.action()),
                line.action(),
                Objects.requireNonNullElse(line.subject(), Objects.requireNonNullElse(line.directory(), "")),
                line.detail().entrySet().stream()
                        .map(entry -> entry.getKey() + ": " + entry.getValue())
                        .collect(Collectors.joining(", ")));
    }

    @GetMapping(LOG + "/{form:exact|spreadsheet}.csv")
    void download(
            Viewer viewer,
            @PathVariable String form,
            @RequestParam(defaultValue = "") String who,
            @RequestParam(defaultValue = "") String what,
            @RequestParam(defaultValue = "") String on,
            @RequestParam(defaultValue = "") String from,
            @RequestParam(defaultValue = "") String to,
            HttpServletResponse response)
            throws IOException {
        viewer.require(Role.ADMINISTER);
        AuditRequest request = new Asked(who, what, on, from, to).request(viewer.zone());
        // What is refused is refused before the file begins.
        Page<AuditLine> first = audit.list(request, null, AT_ONCE);
        CsvDownload.write(
                response, "audit-log", form.equals("spreadsheet"), HEADER, records -> all(request, first, records));
    }

    private void all(AuditRequest request, Page<AuditLine> first, Consumer<List<String>> records) {
        Page<AuditLine> page = first;
        page.items().forEach(line -> records.accept(record(line)));
        for (String next = page.next(); next != null; next = page.next()) {
            page = audit.list(request, next, AT_ONCE);
            page.items().forEach(line -> records.accept(record(line)));
        }
    }

    private List<String> record(AuditLine line) {
        return List.of(
                line.at().toString(),
                line.actor(),
                line.actorKind(),
                line.action(),
                Objects.requireNonNullElse(line.directory(), ""),
                Objects.requireNonNullElse(line.subject(), ""),
                json.writeValueAsString(line.detail()));
    }
}
