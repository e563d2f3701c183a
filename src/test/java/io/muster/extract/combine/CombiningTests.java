package io.muster.extract.combine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.extract.FileSources;
import io.muster.extract.OutsideRecords;
import io.muster.extract.combine.Combination.Join;
import io.muster.extract.combine.Combination.Join.Keep;
import io.muster.extract.combine.Combination.Join.Repeated;
import io.muster.extract.csv.FileFormat;
import io.muster.extract.record.FileRecords;
import io.muster.extract.source.FileChoice;
import io.muster.extract.source.FolderSource;
import io.muster.support.Refusal;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CombiningTests {

    @TempDir
    Path folder;

    private Combining.@Nullable Result result;

    private List<String> lines(Combination combination, String... parts) throws IOException {
        return lines(() -> {}, combination, parts);
    }

    private List<String> lines(Runnable check, Combination combination, String... parts) throws IOException {
        List<Extraction.Part> all = new ArrayList<>();
        for (String part : parts) {
            FolderSource source = new FolderSource(folder.resolve(part));
            all.add(new Extraction.Part(
                    part, new FileRecords(source, FileChoice.matching("*.csv"), FileFormat.detected())));
        }
        Path work = Files.createDirectories(folder.resolve("work"));
        Path target = work.resolve("input");
        result = new Combining(new OutsideRecords(FileSources.ofProcess(Clock.systemUTC())), work, check)
                .extract(new Extraction(all, combination, null), null, Set.of(), target);
        return Files.readAllLines(target);
    }

    private void part(String name, String... lines) throws IOException {
        Path inbox = Files.createDirectories(folder.resolve(name));
        Files.writeString(inbox.resolve("a.csv"), String.join("\n", lines) + "\n");
    }

    private static Join join(Keep keep, Repeated repeated) {
        return new Join("id", null, keep, repeated);
    }

    @Test
    void uniteColumnsByTheirNames() throws IOException {
        part("shop", "id,name", "1,Ann");
        part("crm", "name,tier,id", "Ben,gold,2");

        assertThat(lines(new Combination.Union(), "shop", "crm"))
                .containsExactly("id,name,tier,muster_problem,muster_record", "1,Ann,,,", "2,Ben,gold,,");
    }

    @Test
    void keepRecordsThatCouldNotBeRead() throws IOException {
        part("shop", "id,name", "1", "2,Ben");

        assertThat(lines(new Combination.Union(), "shop"))
                .containsExactly(
                        "id,name,muster_problem,muster_record",
                        ",,\"RAGGED_ROW The row has 1 cells, but the header has 2.\",1",
                        "2,Ben,,");
    }

    @Test
    void joinKeepsTheOrderAndTheRecordsThatFindNothing() throws IOException {
        part("shop", "id,name", "3,Cem", "1 ,Ann", ",Nobody", "2,Ben");
        part("crm", "tier,id", "gold,1", "silver,3", "none,");

        assertThat(lines(join(Keep.LEFT, Repeated.REFUSE), "shop", "crm"))
                .containsExactly(
                        "id,name,tier,muster_problem,muster_record",
                        "3,Cem,silver,,",
                        "1 ,Ann,gold,,",
                        ",Nobody,,,",
                        "2,Ben,,,");
    }

    @Test
    void innerJoinLeavesRecordsThatFindNothingOut() throws IOException {
        part("shop", "id,name", "1,Ann", "2,Ben");
        part("crm", "id,name", "2,Benjamin");

        assertThat(lines(join(Keep.INNER, Repeated.REFUSE), "shop", "crm"))
                .containsExactly("id,name,crm.name,muster_problem,muster_record", "2,Ben,Benjamin,,");
        assertThat(result).isEqualTo(new Combining.Result(Map.of(), 1, 1));
    }

    @Test
    void ofARepeatedKeyTheFirstOrTheLastCountsOrTheRunFails() throws IOException {
        part("shop", "id", "1");
        part("crm", "id,tier", "1,old", "1,new");

        assertThat(lines(join(Keep.LEFT, Repeated.FIRST), "shop", "crm")).contains("1,old,,");
        assertThat(lines(join(Keep.LEFT, Repeated.LAST), "shop", "crm")).contains("1,new,,");
        assertThatThrownBy(() -> lines(join(Keep.LEFT, Repeated.REFUSE), "shop", "crm"))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("Cannot join 'crm': its record 2 has a key that an earlier one has");
    }

    @Test
    void joinsThreeExtractorsOnAKeyOfAnotherName() throws IOException {
        part("shop", "id", "1");
        part("crm", "no,tier", "1,gold", "9");
        part("web", "no,page", "1,home");

        assertThat(lines(new Join("id", "no", Keep.LEFT, Repeated.REFUSE), "shop", "crm", "web"))
                .containsExactly(
                        "id,tier,page,muster_problem,muster_record",
                        "1,gold,home,,",
                        ",,,\"RAGGED_ROW The row has 1 cells, but the header has 2.\",9");
    }

    @Test
    void saysThatTheKeyIsMissing() throws IOException {
        part("shop", "id", "1");
        part("crm", "no", "1");

        assertThatThrownBy(() -> lines(join(Keep.LEFT, Repeated.REFUSE), "shop", "crm"))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("Cannot join 'crm': it lacks the column 'id', which is the key");
    }

    @Test
    void joinsMoreThanFitsIntoMemoryInTheOrderOfTheFirst() throws IOException {
        int count = 150_000;
        part("shop", "id");
        part("crm", "id,text");
        try (BufferedWriter shop = Files.newBufferedWriter(folder.resolve("shop/a.csv"));
                BufferedWriter crm = Files.newBufferedWriter(folder.resolve("crm/a.csv"))) {
            shop.write("id\n");
            crm.write("id,text\n");
            for (int i = 0; i < count; i++) {
                shop.write(i + "\n");
                crm.write((count - 1 - i) + "," + "x".repeat(100) + (count - 1 - i) + "\n");
            }
        }

        List<String> lines = lines(join(Keep.INNER, Repeated.REFUSE), "shop", "crm");

        assertThat(lines).hasSize(count + 1);
        assertThat(lines.get(77_001)).isEqualTo("77000," + "x".repeat(100) + "77000,,");
        try (var files = Files.list(folder.resolve("work"))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .as("what was kept meanwhile is gone")
                    .containsExactlyInAnyOrder("input", "newest");
        }
    }

    @Test
    void stopsBetweenRecords() throws IOException {
        part("shop", "id\n" + "1\n".repeat(5_000));
        AtomicInteger checks = new AtomicInteger();

        assertThatThrownBy(() -> lines(
                        () -> {
                            if (checks.incrementAndGet() == 3) {
                                throw new IllegalStateException("stop");
                            }
                        },
                        new Combination.Union(),
                        "shop"))
                .hasMessage("stop");
        assertThat(folder.resolve("work/input")).doesNotExist();
    }
}
