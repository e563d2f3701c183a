package io.muster.web.console.imports;

import io.muster.access.Role;
import io.muster.app.ContactTyping;
import io.muster.app.ContactTyping.Outcome;
import io.muster.app.ContactTyping.Row;
import io.muster.app.ContactTyping.Typed;
import io.muster.app.DirectoryView;
import io.muster.directory.ContactField;
import io.muster.support.Refusal;
import io.muster.web.console.imports.ImportTexts.Files;
import io.muster.web.console.page.Assets;
import io.muster.web.console.page.Choice;
import io.muster.web.console.page.ConsolePages;
import io.muster.web.console.page.Problem;
import io.muster.web.console.page.SeenDirectories;
import io.muster.web.console.page.Viewer;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;

/** {@code /directories/POOL_…/contacts/new}: contacts that are typed in, or pasted from a spreadsheet. */
@Controller
final class GridController {

    private static final String PATH = "/directories/{directory:POOL_[A-Za-z0-9]+}/contacts/new";
    private static final int EMPTY_ROWS = 5;
    private static final int MOST_NAMES = 40;
    private static final int MOST_PROBLEMS = 20;
    private static final String EMBEDDED = "embedded.";
    private static final Pattern SAVED = Pattern.compile("(created|updated|unchanged):(CID_[0-9A-Za-z]{15})");

    private final ConsolePages pages;
    private final ContactTyping contacts;
    private final SeenDirectories seen;
    private final Files files;

    GridController(ConsolePages pages, ContactTyping contacts, SeenDirectories seen, Assets assets) {
        this.pages = pages;
        this.contacts = contacts;
        this.seen = seen;
        this.files = Files.of(assets);
    }

    /**
     * The table.
     *
     * @param choices all columns that may be chosen
     * @param save what the button says that saves; empty while nothing was checked
     * @param saved what was just saved
     */
    record GridPage(
            Files files,
            String address,
            List<Problem> problems,
            List<Choice> choices,
            List<Column> columns,
            List<GridRow> rows,
            int most,
            String save,
            List<Saved> saved,
            List<String> rules) {}

    /** A column, by the name that the form has for it. */
    record Column(String value, String name) {}

    /**
     * A row.
     *
     * @param number counted from 1
     * @param state the class of its verdict; empty before it was checked
     * @param contact the address of the contact that it is; null for none
     */
    record GridRow(
            int number,
            List<GridCell> cells,
            String state,
            String shape,
            String verdict,
            @Nullable String contact) {}

    /** A cell, with what is wrong in it; empty for nothing. */
    record GridCell(String name, String label, String value, String problem) {}

    /** A row that was saved. */
    record Saved(String outcome, String id, String address) {}

    @GetMapping(PATH)
    ModelAndView show(
            Viewer viewer,
            @PathVariable String directory,
            @RequestParam(defaultValue = "") List<String> column,
            @RequestParam(defaultValue = "") String name,
            @RequestParam(defaultValue = "") List<String> saved) {
        DirectoryView found = seen.find(viewer, directory, Role.MANAGE);
        return page(viewer, found, columns(column, name), List.of(), List.of(), saved(found, saved), HttpStatus.OK);
    }

    private static List<Saved> saved(DirectoryView directory, List<String> written) {
        List<Saved> saved = new ArrayList<>();
        for (String one : written) {
            Matcher matcher = SAVED.matcher(one);
            if (matcher.matches()) {
                saved.add(saved(directory, matcher.group(1), matcher.group(2)));
            }
        }

        return saved;
    }

    private static Saved saved(DirectoryView directory, String outcome, String id) {
        return new Saved(outcome, id, contact(directory, id));
    }

    private static String contact(DirectoryView directory, String id) {
        return "/directories/" + directory.id() + "/contacts/" + id;
    }

    /** Those that were chosen; without any, the fields of a contact. */
    private static List<String> columns(List<String> chosen, String named) {
        Set<String> columns =
                chosen.stream().filter(one -> !one.isBlank()).collect(Collectors.toCollection(LinkedHashSet::new));
        if (columns.isEmpty()) {
            ContactField.ALL.forEach(field -> columns.add(field.key()));
        }

        if (!named.isBlank()) {
            columns.add(EMBEDDED + named.strip());
        }

        return columns.stream().limit(ContactTyping.MOST_COLUMNS).toList();
    }

    private ModelAndView page(
            Viewer viewer,
            DirectoryView directory,
            List<String> columns,
            List<List<String>> rows,
            List<Row> verdicts,
            List<Saved> saved,
            HttpStatus status) {
        List<GridRow> shown = new ArrayList<>();
        List<Problem> problems = new ArrayList<>();
        for (int i = 0; i < Math.max(EMPTY_ROWS, rows.size()); i++) {
            List<String> cells = i < rows.size() ? rows.get(i) : List.of();
            Row verdict = i < verdicts.size() ? verdicts.get(i) : null;
            shown.add(row(i, columns, cells, verdict, directory));
            if (verdict != null) {
                problems.addAll(problems(i, columns, verdict));
            }
        }

        long right = verdicts.stream().filter(GridController::isRight).count();
        return pages.inDirectory(
                "imports/grid",
                "Add contacts",
                viewer,
                directory,
                new GridPage(
                        files,
                        "/directories/" + directory.id() + "/contacts/new",
                        problems.stream().limit(MOST_PROBLEMS).toList(),
                        choices(directory, columns),
                        columns.stream().map(one -> new Column(one, name(one))).toList(),
                        shown,
                        ContactTyping.MOST_ROWS,
                        right == 0 ? "" : "Save " + right + (right == 1 ? " contact" : " contacts"),
                        saved,
                        directory.rules().stream()
                                .map(rule -> String.join(" + ", rule))
                                .toList()),
                status);
    }

    private static boolean isRight(Row row) {
        return row.outcome() != Outcome.WRONG && row.outcome() != Outcome.BLANK;
    }

    private static List<Problem> problems(int row, List<String> columns, Row verdict) {
        List<Problem> problems = new ArrayList<>();
        verdict.problems()
                .forEach((column, reason) -> problems.add(new Problem(
                        cell(row, column), "Row %d, %s: %s".formatted(row + 1, name(columns.get(column)), reason))));
        if (verdict.problem() != null) {
            problems.add(new Problem(cell(row, 0), "Row %d: %s".formatted(row + 1, verdict.problem())));
        }

        return problems;
    }

    private static String cell(int row, int column) {
        return "cell-" + row + "-" + column;
    }

    private static String name(String column) {
        return column.startsWith(EMBEDDED)
                ? column.substring(EMBEDDED.length())
                : switch (column) {
                    case "extRef" -> "External reference";
                    case "firstName" -> "First name";
                    case "lastName" -> "Last name";
                    default ->
                        column.isEmpty()
                                ? column
                                : column.substring(0, 1).toUpperCase(Locale.ROOT) + column.substring(1);
                };
    }

    private List<Choice> choices(DirectoryView directory, List<String> columns) {
        Map<String, Choice> choices = new LinkedHashMap<>();
        ContactField.ALL.forEach(field ->
                choices.put(field.key(), new Choice(field.key(), name(field.key()), columns.contains(field.key()))));
        choices.put("unsubscribed", new Choice("unsubscribed", "Unsubscribed", columns.contains("unsubscribed")));
        contacts.names(directory.id()).stream()
                .limit(MOST_NAMES)
                .map(one -> EMBEDDED + one)
                .forEach(one -> choices.put(one, new Choice(one, name(one), columns.contains(one))));
        columns.forEach(one -> choices.putIfAbsent(one, new Choice(one, name(one), true)));
        return List.copyOf(choices.values());
    }

    private static GridRow row(
            int index, List<String> columns, List<String> values, @Nullable Row verdict, DirectoryView directory) {
        List<GridCell> cells = new ArrayList<>();
        for (int column = 0; column < columns.size(); column++) {
            cells.add(new GridCell(
                    cell(index, column),
                    name(columns.get(column)) + ", row " + (index + 1),
                    column < values.size() ? values.get(column) : "",
                    verdict == null ? "" : verdict.problems().getOrDefault(column, "")));
        }

        String contact = verdict == null ? null : verdict.contact();
        String address = contact == null ? null : contact(directory, contact);
        return verdict == null
                ? new GridRow(index + 1, cells, "", "", "", null)
                : switch (verdict.outcome()) {
                    case BLANK -> new GridRow(index + 1, cells, "", "", "", null);
                    case WRONG ->
                        new GridRow(
                                index + 1,
                                cells,
                                "failed",
                                "✕",
                                Objects.requireNonNullElse(verdict.problem(), "not right yet"),
                                null);
                    case CREATED -> new GridRow(index + 1, cells, "completed", "●", "new contact", null);
                    case UPDATED -> new GridRow(index + 1, cells, "completed", "●", "updates ", address);
                    case UNCHANGED -> new GridRow(index + 1, cells, "stopped", "▬", "changes nothing of ", address);
                };
    }

    /** Says what the rows would do, or saves those that are right. */
    @PostMapping(PATH)
    ModelAndView send(
            Viewer viewer,
            @PathVariable String directory,
            @RequestParam List<String> column,
            @RequestParam(defaultValue = "check") String act,
            HttpServletRequest request) {
        DirectoryView found = seen.find(viewer, directory, Role.MANAGE);
        List<List<String>> rows = rows(request, column.size());
        Typed typed = new Typed(found.id(), column, rows);
        try {
            if (!act.equals("save")) {
                List<Row> checked = contacts.check(typed);
                boolean wrong = checked.stream().anyMatch(row -> row.outcome() == Outcome.WRONG);
                return page(
                        viewer,
                        found,
                        column,
                        rows,
                        checked,
                        List.of(),
                        wrong ? HttpStatus.BAD_REQUEST : HttpStatus.OK);
            }

            return saved(viewer, found, typed, contacts.save(viewer.actor(), typed));
        } catch (Refusal refusal) {
            throw refusal.kind() == Refusal.Kind.INVALID
                    ? Refusal.invalid(refusal.code(), refusal.getMessage()).causedBy(refusal)
                    : refusal;
        }
    }

    /** Rows that were not right stay in the table. */
    private ModelAndView saved(Viewer viewer, DirectoryView directory, Typed typed, List<Row> outcomes) {
        List<Saved> saved = new ArrayList<>();
        List<List<String>> left = new ArrayList<>();
        List<Row> verdicts = new ArrayList<>();
        for (int i = 0; i < outcomes.size(); i++) {
            Row row = outcomes.get(i);
            if (row.outcome() == Outcome.WRONG) {
                left.add(typed.rows().get(i));
                verdicts.add(row);
            } else if (isRight(row)) {
                saved.add(saved(
                        directory,
                        row.outcome().name().toLowerCase(Locale.ROOT),
                        Objects.requireNonNull(row.contact())));
            }
        }

        return left.isEmpty()
                ? ConsolePages.goTo(address(directory, typed.columns(), saved))
                : page(viewer, directory, typed.columns(), left, verdicts, saved, HttpStatus.BAD_REQUEST);
    }

    private static String address(DirectoryView directory, List<String> columns, List<Saved> saved) {
        StringBuilder address = new StringBuilder("/directories/" + directory.id() + "/contacts/new?");
        columns.forEach(column -> address.append("column=")
                .append(URLEncoder.encode(column, StandardCharsets.UTF_8))
                .append('&'));
        saved.forEach(one -> address.append("saved=")
                .append(one.outcome())
                .append(':')
                .append(one.id())
                .append('&'));
        return address.substring(0, address.length() - 1);
    }

    private static List<List<String>> rows(HttpServletRequest request, int columns) {
        List<List<String>> rows = new ArrayList<>();
        for (int row = 0; row < ContactTyping.MOST_ROWS && request.getParameter(cell(row, 0)) != null; row++) {
            List<String> cells = new ArrayList<>();
            for (int column = 0; column < columns; column++) {
                cells.add(Objects.requireNonNullElse(request.getParameter(cell(row, column)), ""));
            }

            rows.add(cells);
        }

        return rows;
    }
}
