package io.muster.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.directory.ContactField;
import io.muster.directory.IdentityKey;
import io.muster.directory.Lineage;
import io.muster.directory.Origin;
import io.muster.directory.Profile;
import io.muster.support.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Side files: what was written is read again block by block, and damage is noticed. */
class SideFileTests {

    @TempDir
    private Path folder;

    private SideFile side;

    @BeforeEach
    void start() {
        side = new SideFile(folder.resolve("survey-0"));
    }

    private static NetWrite write(long ref, String name) {
        Profile profile = new Profile(Map.of(ContactField.FIRST_NAME, name), Map.of(), false);
        return new NetWrite(
                ref,
                null,
                profile,
                Lineage.created(new Origin.Row(1, -ref, Origin.NO_AS_OF)),
                List.of(new RowOutcome(-ref, RowOutcome.Kind.CREATED, 0)),
                List.of(),
                null,
                null,
                List.of(),
                List.of(),
                false);
    }

    private static BlockPlan plan(BlockPlan.Block... blocks) {
        return new BlockPlan() {
            @Override
            public int blocks() {
                return blocks.length;
            }

            @Override
            public Block block(int number) {
                return blocks[number];
            }
        };
    }

    private SideFile.Finished finish(int writes) {
        try (WriteLog log = side.create()) {
            List<Long> positions = new ArrayList<>();
            for (int i = 1; i <= writes; i++) {
                positions.add(log.append(write(-i, "name " + i)));
            }

            long[] all = positions.stream().mapToLong(position -> position).toArray();
            return log.finish(plan(new BlockPlan.Block(all, List.of())));
        }
    }

    @Test
    void blocksAreReadInAnyOrderAsTheyWereWritten() {
        KeyChange change =
                new KeyChange(new IdentityKey(7, 8, 9), -1, List.of(-2L), 3, List.of(4L, 5L), List.of(-1L, 3L, 4L));
        SideFile.Finished finished;
        try (WriteLog log = side.create()) {
            long first = log.append(write(-1, "Ada"));
            long second = log.append(write(-2, "Bo"));
            log.append(write(-1, "an older state of nothing"));
            finished = log.finish(plan(
                    new BlockPlan.Block(new long[] {second, first}, List.of(change, change)),
                    new BlockPlan.Block(new long[0], List.of()),
                    new BlockPlan.Block(new long[] {first}, List.of())));
        }

        assertThat(finished.blocks()).isEqualTo(3);
        assertThat(finished.writes()).isEqualTo(3);
        try (BlockFile file = side.open()) {
            assertThat(file.block(2).writes()).containsExactly(write(-1, "Ada"));
            assertThat(file.block(0))
                    .isEqualTo(new BlockFile.Content(
                            0, List.of(write(-2, "Bo"), write(-1, "Ada")), List.of(change, change)));
            assertThat(file.block(1).writes()).isEmpty();
        }
    }

    @Test
    void whatWasAppendedIsReadBackBeforeAndAfterItReachesTheDisk() {
        try (WriteLog log = side.create()) {
            long first = log.append(write(-1, "Ada"));
            assertThat(log.read(first)).isEqualTo(write(-1, "Ada"));
            for (int i = 2; i < 30_000; i++) {
                log.append(write(-i, "a longer name to fill the buffer " + i));
            }

            assertThat(log.read(first)).isEqualTo(write(-1, "Ada"));
        }
    }

    @Test
    void damageIsNoticedWhereverItIs() throws IOException {
        SideFile.Finished finished = finish(100);
        assertThat(side.isIntact(finished.length(), finished.checksum())).isTrue();
        byte[] good = Files.readAllBytes(finished.path());

        for (int at = 0; at < good.length; at += 97) {
            byte[] bad = good.clone();
            bad[at] ^= 1;
            Files.write(finished.path(), bad);
            assertThat(side.isIntact(finished.length(), finished.checksum()))
                    .as("byte %d", at)
                    .isFalse();
        }

        Files.write(finished.path(), List.of("short"));
        assertThat(side.isIntact(finished.length(), finished.checksum())).isFalse();
        Files.delete(finished.path());
        assertThat(side.isIntact(finished.length(), finished.checksum())).isFalse();
    }

    @Test
    void anUnfinishedFileIsRefused() throws IOException {
        SideFile.Finished finished = finish(3);
        byte[] good = Files.readAllBytes(finished.path());
        good[good.length - 1] ^= 1;
        Files.write(finished.path(), good);

        assertThatThrownBy(() -> side.open())
                .isInstanceOf(Refusal.class)
                .hasMessage("Cannot read the side file: it is damaged. Resume the run.");
    }

    @Test
    void aNewFileReplacesTheOldOneAndItsFormerWriterCannotReachIt() throws IOException {
        WriteLog former = side.create();
        former.append(write(-1, "of the former process"));
        SideFile.Finished finished = finish(2);

        former.finish(plan());

        assertThat(side.isIntact(finished.length(), finished.checksum())).isTrue();
    }
}
