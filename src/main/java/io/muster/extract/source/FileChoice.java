package io.muster.extract.source;

import io.muster.support.document.binding.About;
import jakarta.validation.constraints.Size;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which of the files at a source belong to an automation, and in which order they are taken. All conditions on the
 * name must hold; without any, every file counts. Hidden files and those of transfers under way ({@code .part .tmp
 * .filepart .crdownload}) never do. Names are compared with upper and lower case.
 */
public record FileChoice(
        @Size(min = 1, max = 255)
        @About("Glob over the file's name: * any characters, ? one, [a-z] one of, {a,b} either; every name where"
                + " absent.")
        @Nullable
        String pattern,

        @Size(min = 1, max = 255) @About("What the name begins with, compared exactly.") @Nullable
        String prefix,

        @Size(min = 1, max = 255) @About("What the name ends with, compared exactly.") @Nullable
        String suffix,

        @Size(min = 1, max = 255)
        @About("The name with its date in braces, the rest a glob, such as contacts-{yyyyMMdd}.csv; orders files by"
                + " that date.")
        @Nullable
        String dated,

        @About(
                value = "all: every new file, oldest first; newest-only: only the newest, older ones are passed over.",
                byDefault = "all")
        Take take,

        @Size(max = 100)
        @About("Globs of names that are never taken. Hidden files and uploads under way (.part, .tmp, …) never are.")
        List<@Size(min = 1, max = 255) String> ignore,

        @About("How far apart two looks are that must show the same size and time, 0s to 1h; 10s where absent, 0s"
                + " with a marker.")
        Duration stableFor,

        @Size(min = 1, max = 255)
        @About("Marker file that says a file is complete, with {name} or {stem} for the file's, such as {name}.done.")
        @Nullable
        String marker,

        @Size(min = 1, max = 255)
        @About("Control file that states rows or checksum of a file, such as {stem}.ctl; the file waits until it is"
                + " there.")
        @Nullable
        String control) {

    /** How many files to take. */
    public enum Take {
        /** Every file, oldest first. */
        ALL,
        /** The newest file only. */
        NEWEST_ONLY
    }

    private static final Duration STABLE_FOR = Duration.ofSeconds(10);
    /** What stands in a name for bytes that are no text. */
    private static final char REPLACEMENT = '\uFFFD';

    private static final List<String> UNDER_WAY = List.of(".part", ".tmp", ".filepart", ".crdownload");

    /** Fills in what may be absent. Whether the patterns can be used is found out when they are. */
    public FileChoice {
        take = Objects.requireNonNullElse(take, Take.ALL);
        ignore = ignore == null ? List.of() : List.copyOf(ignore);
        stableFor = Objects.requireNonNullElse(stableFor, marker == null ? STABLE_FOR : Duration.ZERO);
    }

    private static void checkCompanion(String field, @Nullable String template) {
        if (template != null && !NamePattern.isTemplate(template)) {
            throw new IllegalArgumentException(
                    "\"%s\" is no %s: write it like {name}.done or {stem}.ctl".formatted(template, field));
        }
    }

    /** All files, as a job file without a choice takes them. */
    public static FileChoice usual() {
        return new FileChoice(null, null, null, null, Take.ALL, List.of(), STABLE_FOR, null, null);
    }

    /** The same files of a source that lists only whole ones. */
    public FileChoice lookedAtOnce() {
        return new FileChoice(pattern, prefix, suffix, dated, take, ignore, Duration.ZERO, marker, control);
    }

    /**
     * All files that match a glob, looked at once.
     *
     * @throws IllegalArgumentException when a bracket of the glob is not closed
     */
    public static FileChoice matching(String glob) {
        var ignored = NamePattern.regexOfGlob(glob);
        return new FileChoice(glob, null, null, null, Take.ALL, List.of(), Duration.ZERO, null, null);
    }

    /**
     * The date in a file's name; empty where this choice wants none, or the name holds none.
     *
     * @throws IllegalArgumentException when {@code dated} cannot be used
     */
    public Optional<LocalDateTime> date(String name) {
        return dated == null ? Optional.empty() : DatedName.of(dated).date(name);
    }

    /** Chooses from one look at a source, without asking whether files are still growing. */
    public Choice choose(List<SourceFile> listing, Predicate<SourceFile> alreadyTaken) {
        return choose(listing, listing, alreadyTaken);
    }

    /**
     * Chooses from two looks at a source: what is not the same in both is still being written.
     *
     * @throws IllegalArgumentException naming the pattern that is wrong
     */
    public Choice choose(List<SourceFile> earlier, List<SourceFile> listing, Predicate<SourceFile> alreadyTaken) {
        checkCompanion("marker", marker);
        checkCompanion("control", control);
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
        Pattern globbed = pattern == null ? null : NamePattern.ofGlob(pattern);
        List<Pattern> ignored = ignore.stream().map(NamePattern::ofGlob).toList();
        DatedName datedName = dated == null ? null : DatedName.of(dated);
        List<Match> matches = new ArrayList<>();
        for (SourceFile file : listing) {
            String name = file.name();
            boolean wanted = belongs(name, globbed, datedName)
                    && ignored.stream().noneMatch(glob -> glob.matcher(name).matches());
            // A server that lists a folder as a file is not to be trusted, whatever the job takes.
            if (!wanted && !isFolder(name)) {
                continue;
            }

            Optional<LocalDateTime> date = datedName == null ? Optional.of(LocalDateTime.MIN) : datedName.date(name);
            if (unsafe(name)) {
                passedOver.add(new Choice.PassedOver(file, Choice.Reason.UNSAFE_NAME));
            } else if (name.indexOf(REPLACEMENT) >= 0) {
                passedOver.add(new Choice.PassedOver(file, Choice.Reason.UNREADABLE_NAME));
            } else if (date.isEmpty()) {
                passedOver.add(new Choice.PassedOver(file, Choice.Reason.NO_DATE));
            } else {
                matches.add(new Match(file, date.get()));
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
        return isFolder(name)
                || name.indexOf('/') >= 0
                || name.indexOf('\\') >= 0
                || name.codePoints().anyMatch(Character::isISOControl);
    }

    private static boolean isFolder(String name) {
        return name.isEmpty() || name.equals(".") || name.equals("..");
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
