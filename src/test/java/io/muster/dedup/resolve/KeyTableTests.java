package io.muster.dedup.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.support.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyTableTests {

    private static final int KEYS = 300_000;

    @TempDir
    Path folder;

    @Test
    void holdsEveryNumberItWasGiven() {
        KeyMemory memory = new KeyMemory(folder, KeyMemory.DEFAULT_BYTES);

        fillAndCompare(memory);

        assertThat(memory.hasSpilled()).isFalse();
    }

    @Test
    void holdsEveryNumberBeyondItsMemoryInFilesThatVanish() throws IOException {
        KeyMemory memory = new KeyMemory(folder, 1 << 20);

        fillAndCompare(memory);

        assertThat(memory.hasSpilled()).isTrue();
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void usesMemoryAgainThatWasGivenBack() {
        KeyMemory memory = new KeyMemory(folder, 24 << 20);

        for (int i = 0; i < 5; i++) {
            fillAndCompare(memory);
        }

        assertThat(memory.hasSpilled()).isFalse();
    }

    @Test
    void saysWhatToDoWhenTheFolderCannotBeWritten() {
        KeyMemory memory = new KeyMemory(folder.resolve("missing"), 0);
        KeyTable table = new KeyTable(memory);

        Assertions.assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> table.put(1, 1, 1))
                .withMessageStartingWith("Cannot keep the keys of the file in " + folder.resolve("missing"))
                .withMessageEndingWith(
                        ". Make room on the disk or check the folder's permissions, then resume the run.");
    }

    private static void fillAndCompare(KeyMemory memory) {
        Random random = new Random(5);
        Map<Long, Long> expected = new HashMap<>();
        try (KeyTable table = new KeyTable(memory)) {
            for (int i = 1; i <= KEYS; i++) {
                long key = random.nextLong();
                expected.put(key, (long) i);
                table.put(key, ~key, i);
            }

            assertThat(table.size()).isEqualTo(expected.size());
            expected.forEach((key, number) -> {
                if (table.get(key, ~key) != number) {
                    Assertions.fail("the number under " + key + " is " + table.get(key, ~key) + ", not " + number);
                }
            });
            assertThat(table.get(1, 1)).isZero();
        }
    }
}
