package io.muster.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.database.TestDatabase;
import io.muster.directory.store.Audit;
import io.muster.directory.store.AuditEntry;
import io.muster.directory.store.AuditQuery;
import io.muster.directory.store.AuditSubject;
import io.muster.support.PublicId;
import io.muster.support.Refusal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class AuditDbTests {

    private static final Actor ANNA = Actor.commandLine("anna");
    private static final Actor NIGHTLY = new Actor(Actor.Kind.AUTOMATION, "nightly");

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private final DirectoryRows rows = new DirectoryRows(database);
    private long now = 1_000;
    private final Audit audit = new Audit(rows.jdbc(), () -> Instant.ofEpochMilli(now));

    @Test
    void keepsWhoDidWhatToWhatInTheOrderOfItsDetails() {
        Directory directory = rows.directories().create("Kept", ZoneOffset.UTC, made -> {});
        audit.enter(ANNA, "directory.rename", AuditSubject.of(directory), Map.of("from", "Alt", "to", "Kept 東京"));
        audit.enter(NIGHTLY, "jobs.reload", AuditSubject.INSTALLATION, Map.of());

        List<AuditEntry> lines = audit.read(AuditQuery.ALL, null, 2);
        assertThat(lines.getFirst().subject().publicId(rows.ids())).isNull();
        assertThat(lines.getFirst().actor()).isEqualTo(NIGHTLY);
        AuditEntry rename = lines.getLast();
        assertThat(rename.actor()).isEqualTo(ANNA);
        assertThat(rename.action()).isEqualTo("directory.rename");
        assertThat(rename.actedAt()).isEqualTo(1_000);
        assertThat(rename.subject().publicId(rows.ids())).isEqualTo(directory.id());
        assertThat(rename.detail()).isEqualTo(Map.of("from", "Alt", "to", "Kept 東京"));
    }

    @Test
    void aLineOfAnActThatIsRolledBackIsGone() {
        AuditSubject list = new AuditSubject(7, PublicId.LIST, 77);
        assertThatThrownBy(() -> rows.transactions().executeWithoutResult(status -> {
                    audit.enter(ANNA, "list.delete", list, Map.of());
                    throw Refusal.conflict("IN_USE", "Cannot delete the list: it is used.");
                }))
                .isInstanceOf(Refusal.class);
        assertThat(audit.read(AuditQuery.about(PublicId.LIST, 77), null, 10)).isEmpty();
    }

    @Test
    void pagesFromTheNewestThroughLinesOfOneMoment() {
        AuditSubject directory = new AuditSubject(4_711, PublicId.DIRECTORY, 4_711);
        List<Long> at = List.of(5L, 5L, 5L, 9L, 5L, 3L, 9L);
        for (long moment : at) {
            now = moment;
            audit.enter(ANNA, "directory.settings", directory, Map.of("moment", moment));
        }

        AuditQuery query = new AuditQuery(4_711, null, null, null, null, null, null);
        List<AuditEntry> all = audit.read(query, null, 100);
        assertThat(all).extracting(AuditEntry::actedAt).containsExactly(9L, 9L, 5L, 5L, 5L, 5L, 3L);
        List<AuditEntry> paged = new ArrayList<>();
        List<AuditEntry> page = audit.read(query, null, 2);
        while (!page.isEmpty()) {
            paged.addAll(page);
            page = audit.read(query, page.getLast().id(), 2);
        }

        assertThat(paged).isEqualTo(all);
        assertThat(audit.read(query, Long.MAX_VALUE, 2)).isEmpty();
    }

    @Test
    void eachLimitAndAllTogetherFindTheirLines() {
        AuditSubject run = AuditSubject.run(12, 90);
        now = 100;
        audit.enter(ANNA, "run.stop", run, Map.of());
        now = 200;
        audit.enter(NIGHTLY, "run.resume", run, Map.of());
        now = 300;
        audit.enter(ANNA, "run.resume", AuditSubject.run(12, 91), Map.of());

        assertThat(found(12, null, null, null, null, null)).isEqualTo(List.of(300L, 200L, 100L));
        assertThat(found(12, "anna", null, null, null, null)).isEqualTo(List.of(300L, 100L));
        assertThat(found(12, null, "run.resume", null, null, null)).isEqualTo(List.of(300L, 200L));
        assertThat(found(null, null, null, 90L, null, null)).isEqualTo(List.of(200L, 100L));
        assertThat(found(12, null, null, null, 200L, null)).isEqualTo(List.of(300L, 200L));
        assertThat(found(12, null, null, null, null, 200L)).isEqualTo(List.of(100L));
        assertThat(found(12, "anna", "run.stop", 90L, 100L, 101L)).isEqualTo(List.of(100L));
    }

    private List<Long> found(
            @Nullable Integer directory,
            @Nullable String actor,
            @Nullable String action,
            @Nullable Long run,
            @Nullable Long since,
            @Nullable Long until) {
        return audit
                .read(
                        new AuditQuery(directory, actor, action, run == null ? null : PublicId.RUN, run, since, until),
                        null,
                        100)
                .stream()
                .map(AuditEntry::actedAt)
                .toList();
    }
}
