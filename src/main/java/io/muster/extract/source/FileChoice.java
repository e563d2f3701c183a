package io.muster.extract.source;

import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which of the files at a source belong to an automation, and in which order they are taken. All conditions on the
 * name must hold; without any, every file counts. Hidden files and those of transfers under way ({@code .part .tmp
 * .filepart .crdownload}) never do. Names are compared with upper and lower case.
 *
 * @param glob a pattern of the name: {@code contacts-*.csv}
 * @param prefix what the name begins with
 * @param suffix what the name ends with
 * @param dated a pattern with a date in it: <code>contacts-{yyyyMMdd}.csv</code>; files are ordered by that date,
 *     otherwise by time of change, then by name
 * @param take all of them in order (default), or the newest only; when the newest was taken, older ones are not
 * @param stableFor how far apart the two looks are between which a file must not change; default 10 s, none with a
 *     marker; zero looks once
 * @param marker the file whose presence says that another is complete: <code>{name}.done</code>, or
 *     <code>{stem}.done</code> without the ending of the name
 * @param control the file that describes another, see {@link ControlFile}: <code>{name}.ctl</code>; a file is not
 *     taken before its control file is there
 */
public record FileChoice(
        @Nullable String glob,
        @Nullable String prefix,
        @Nullable String suffix,
        @Nullable String dated,
        @NotNull Take take,
        @NotNull Duration stableFor,
        @Nullable String marker,
        @Nullable String control) {

    /** How many files to take. */
    public enum Take {
        /** Every file, oldest first. */
        ALL,
        /** The newest file only. */
        NEWEST_ONLY
    }

    private static final List<String> UNDER_WAY = List.of(".part", ".tmp", ".filepart", ".crdownload");

    /**
     * Fills in the defaults (what a job file leaves out arrives here as null) and checks the patterns.
     *
     * @throws IllegalArgumentException naming the pattern that is wrong
     */
    public FileChoice {
        take = Objects.requireNonNullElse(take, Take.ALL);
        stableFor = Objects.requireNonNullElse(stableFor, marker == null ? Duration.ofSeconds(10) : Duration.ZERO);
        if (glob != null) {
            NamePattern.regexOfGlob(glob);
        }
        if (dated != null) {
            DatedName.of(dated);
        }
        if (stableFor.isNegative()) {
            throw new IllegalArgumentException("stableFor must not be negative");
        }
        checkCompanion("marker", marker);
        checkCompanion("control", control);
    }

    private static void checkCompanion(String field, @Nullable String template) {
        if (template != null && !NamePattern.isTemplate(template)) {
            throw new IllegalArgumentException(
                    "\"%s\" is no %s: write it like {name}.done or {stem}.ctl".formatted(template, field));
        }
    }

    /** All files that match a glob, looked at once. */
    public static FileChoice matching(String glob) {
        return new FileChoice(glob, null, null, null, Take.ALL, Duration.ZERO, null, null);
    }

    /** Chooses from one look at a source, without asking whether files are still growing. */
    public Choice choose(List<SourceFile> listing, Predicate<SourceFile> alreadyTaken) {
        return choose(listing, listing, alreadyTaken);
    }

    /** Chooses from two looks at a source: what is not the same in both is still being written. */
    public Choice choose(List<SourceFile> earlier, List<SourceFile> listing, Predicate<SourceFile> alreadyTaken) {
        List<Choice.PassedOver> passedOver = new ArrayList<>();
        List<Match> matches = matches(listing, passedOver);
        if (take == Take.NEWEST_ONLY) {
            keepNewest(matches, alreadyTaken, passedOver);
        }

        Map<String, SourceFile> before = byPath(earlier);
        Map<String, SourceFile> names = byName(listing);
        List<Choice.Chosen> chosen = new ArrayList<>();
        boolean heldBack = false;
        for (Match match : matches) {
            SourceFile file = match.file();
            Choice.Reason reason = notReady(file, before, names, alreadyTaken);
            if (reason == null && heldBack) {
                reason = Choice.Reason.HELD_BACK;
            }
            heldBack |= reason == Choice.Reason.GROWING;
            if (reason == null) {
                chosen.add(new Choice.Chosen(file, companion(marker, file, names), companion(control, file, names)));
            } else {
                passedOver.add(new Choice.PassedOver(file, reason));
            }
        }
        return new Choice(List.copyOf(chosen), List.copyOf(passedOver));
    }

    private record Match(SourceFile file, LocalDateTime date) {}

    private static final Comparator<Match> OLDEST_FIRST = Comparator.comparing(Match::date)
            .thenComparing(match -> match.file().modified())
            .thenComparing(match -> match.file().name());

    private List<Match> matches(List<SourceFile> listing, List<Choice.PassedOver> passedOver) {
        Pattern globbed = glob == null ? null : NamePattern.compiled(NamePattern.regexOfGlob(glob));
        DatedName datedName = dated == null ? null : DatedName.of(dated);
        List<Match> matches = new ArrayList<>();
        for (SourceFile file : listing) {
            String name = file.name();
            if (unsafe(name)) {
                passedOver.add(new Choice.PassedOver(file, Choice.Reason.UNSAFE_NAME));
            } else if (belongs(name, globbed, datedName)) {
                LocalDateTime date = datedName == null
                        ? LocalDateTime.MIN
                        : datedName.date(name).orElse(null);
                if (date == null) {
                    passedOver.add(new Choice.PassedOver(file, Choice.Reason.NO_DATE));
                } else {
                    matches.add(new Match(file, date));
                }
            }
        }
        matches.sort(OLDEST_FIRST);
        return matches;
    }

    private boolean belongs(String name, @Nullable Pattern globbed, @Nullable DatedName datedName) {
        String lower = name.toLowerCase(Locale.ROOT);
        return !name.startsWith(".")
                && UNDER_WAY.stream().noneMatch(lower::endsWith)
                && (marker == null || !NamePattern.isCompanion(marker, name))
                && (control == null || !NamePattern.isCompanion(control, name))
                && (globbed == null || globbed.matcher(name).matches())
                && (prefix == null || name.startsWith(prefix))
                && (suffix == null || name.endsWith(suffix))
                && (datedName == null || datedName.matches(name));
    }

    private static boolean unsafe(String name) {
        return name.isEmpty()
                || name.equals(".")
                || name.equals("..")
                || name.indexOf('/') >= 0
                || name.indexOf('\\') >= 0
                || name.codePoints().anyMatch(Character::isISOControl);
    }

    private static void keepNewest(
            List<Match> matches, Predicate<SourceFile> alreadyTaken, List<Choice.PassedOver> passedOver) {
        while (matches.size() > 1) {
            SourceFile older = matches.removeFirst().file();
            Choice.Reason reason = alreadyTaken.test(older) ? Choice.Reason.ALREADY_TAKEN : Choice.Reason.NOT_NEWEST;
            passedOver.add(new Choice.PassedOver(older, reason));
        }
    }

    private Choice.@Nullable Reason notReady(
            SourceFile file,
            Map<String, SourceFile> before,
            Map<String, SourceFile> names,
            Predicate<SourceFile> alreadyTaken) {
        if (alreadyTaken.test(file)) {
            return Choice.Reason.ALREADY_TAKEN;
        }
        if (marker != null && companion(marker, file, names) == null) {
            return Choice.Reason.NO_MARKER;
        }
        SourceFile earlier = before.get(file.path());
        if (earlier == null || !earlier.sameAs(file)) {
            return Choice.Reason.GROWING;
        }
        return control != null && companion(control, file, names) == null ? Choice.Reason.NO_CONTROL_FILE : null;
    }

    private static @Nullable SourceFile companion(
            @Nullable String template, SourceFile file, Map<String, SourceFile> names) {
        return template == null ? null : names.get(NamePattern.companion(template, file.name()));
    }

    private static Map<String, SourceFile> byPath(List<SourceFile> files) {
        Map<String, SourceFile> map = new HashMap<>();
        files.forEach(file -> map.put(file.path(), file));
        return map;
    }

    private static Map<String, SourceFile> byName(List<SourceFile> files) {
        Map<String, SourceFile> map = new HashMap<>();
        files.forEach(file -> map.put(file.name(), file));
        return map;
    }
}
