package io.muster.bench;

import io.muster.frequency.rules.FrequencyRules;
import io.muster.intercept.decide.Definitions;
import io.muster.intercept.decide.ProjectDefinition;
import io.muster.snapshot.format.Manifest;
import io.muster.snapshot.format.SnapshotFolder;
import io.muster.snapshot.format.SnapshotFolder.Publication;
import io.muster.snapshot.format.TableDescription;
import io.muster.snapshot.format.TableFile;
import io.muster.snapshot.format.TableWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * A published tree with a directory of any size and three projects: 64 audiences, one rule for all surveys, references of ten
 * characters. Which intercepts a contact sees follows from its number, so that answers can be checked.
 */
final class SampleTree {

    static final int AUDIENCES = 64;
    static final List<String> PROJECTS = IntStream.rangeClosed(1, 3)
            .mapToObj(number -> "ZN_%015d".formatted(number))
            .toList();

    private static final String DIRECTORY = "POOL_000000000000001";

    /** One contact in so many is a member of an audience. */
    private static final int MEMBER = 3;

    /** One contact in so many is held back. */
    private static final int CAPPED = 10;

    private SampleTree() {}

    /**
     * Publishes it.
     *
     * @param contacts how many the directory has
     * @param shift moves memberships from contact to contact: another snapshot of the same directory
     */
    static List<Manifest> publish(Path root, Path tables, long contacts, int shift, long now) throws IOException {
        TableFile table = table(Files.createDirectories(tables), contacts, shift, now);
        SnapshotFolder folder = new SnapshotFolder(root);
        List<Manifest> manifests = new ArrayList<>();
        for (int i = 0; i < PROJECTS.size(); i++) {
            manifests.add(folder.publish(project(i), table, new Publication(now + shift, true)));
        }

        return manifests;
    }

    /** Two intercepts: one for an audience, one for everybody with a reference. */
    private static ProjectDefinition project(int place) {
        return Definitions.project(
                PROJECTS.get(place),
                "linked",
                "a%d target=%s; b%d".formatted(place, segment(place), place),
                name -> "SI_%015d".formatted(name.hashCode() & 0xfff));
    }

    private static String segment(int place) {
        return "SG_%015d".formatted(place + 1);
    }

    private static TableFile table(Path folder, long contacts, int shift, long now) throws IOException {
        List<String> audiences =
                IntStream.range(0, AUDIENCES).mapToObj(SampleTree::segment).toList();
        TableDescription description =
                new TableDescription(DIRECTORY, now + shift, shift + 1L, "p" + shift, audiences, List.of(""));
        long later = now + Duration.ofDays(30).toMillis();
        try (TableWriter writer = new TableWriter(folder, description)) {
            long[] words = new long[1];
            long[] times = new long[1];
            for (long number = 0; number < contacts; number++) {
                words[0] = (number + shift) % MEMBER == 0 ? -1 : 0;
                times[0] = number % CAPPED == 0 ? later : FrequencyRules.ALWAYS;
                writer.add(number, reference(number), List.of(), words, times);
            }

            return writer.finish();
        }
    }

    static String reference(long number) {
        return String.format(Locale.ROOT, "C-%08d", number);
    }

    /** Which of the two intercepts a contact sees: 0 neither, 2 the second, 3 both. */
    static int shown(long number, int shift) {
        return number % CAPPED == 0 ? 0 : (number + shift) % MEMBER == 0 ? 3 : 2;
    }
}
