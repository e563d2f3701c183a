package io.muster.jobs.rebuild;

import io.muster.jobs.Run;
import io.muster.jobs.RunLedger;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/** Which run builds which version of a directory's segments. */
public final class Rebuilds {

    private static final String OF_RUN = "SELECT version FROM segment_rebuild WHERE run_id = ?";

    private static final String RUN = "SELECT run_id FROM segment_rebuild WHERE directory_id = ? AND version = ?";

    private static final String LATEST =
            "SELECT run_id FROM segment_rebuild WHERE directory_id = ? ORDER BY version DESC LIMIT ?";

    private static final String NUMBER = "SELECT next_version FROM segment_gate WHERE directory_id = ?";

    private static final String NEXT = "UPDATE segment_gate SET next_version = next_version + 1 WHERE directory_id = ?";

    private static final String ENTER = "INSERT INTO segment_rebuild (directory_id, version, run_id) VALUES (?, ?, ?)";

    private final JdbcClient jdbc;
    private final RunLedger runs;
    private final JsonMapper json;

    /** The rebuilds in a database. */
    public Rebuilds(JdbcClient jdbc, RunLedger runs, JsonMapper json) {
        this.jdbc = jdbc;
        this.runs = runs;
        this.json = json;
    }

    /** The rebuild of a run; empty while it waits for its turn. */
    public Optional<Rebuild> of(Run run) {
        return jdbc.sql(OF_RUN).param(run.number()).query(Long.class).optional().map(version -> rebuild(run, version));
    }

    /** The rebuild that builds a version. */
    public Optional<Rebuild> find(int directory, long version) {
        return jdbc.sql(RUN)
                .params(directory, version)
                .query(Long.class)
                .optional()
                .flatMap(runs::find)
                .map(run -> rebuild(run, version));
    }

    /** The rebuilds of a directory that have begun, newest first. */
    public List<Rebuild> latest(int directory, int most) {
        return jdbc.sql(LATEST).params(directory, most).query(Long.class).list().stream()
                .map(runs::find)
                .flatMap(Optional::stream)
                .map(this::of)
                .flatMap(Optional::stream)
                .toList();
    }

    /** What the run of a rebuild was asked for. */
    public RebuildRequest request(Run run) {
        return json.readValue(run.spec(), RebuildRequest.class);
    }

    /** Gives a run the next version of its directory, unless it has one. The directory's gate is held. */
    public void giveVersion(Run run) {
        if (jdbc.sql(OF_RUN).param(run.number()).query(Long.class).optional().isEmpty()) {
            int directory = run.directory();
            long version = jdbc.sql(NUMBER).param(directory).query(Long.class).single();
            jdbc.sql(NEXT).param(directory).update();
            jdbc.sql(ENTER).params(directory, version, run.number()).update();
        }
    }

    /** Notes what a rebuild found, when readers see what it built. */
    void report(Run run, RebuildReport report) {
        runs.report(run.number(), run.epoch(), json.writeValueAsString(report));
    }

    private Rebuild rebuild(Run run, long version) {
        String report = run.report();
        long contacts = report == null
                ? run.done()
                : Objects.requireNonNull(json.readValue(report, RebuildReport.class))
                        .contacts();
        return new Rebuild(run, version, request(run), contacts);
    }
}
