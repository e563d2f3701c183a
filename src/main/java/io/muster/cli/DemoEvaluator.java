package io.muster.cli;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/** An evaluator of the demo's own: a process that reads the demo's snapshots and knows nothing else of it. */
final class DemoEvaluator implements AutoCloseable {

    private final DemoProcess process;
    private final DemoHttp http = new DemoHttp();

    private DemoEvaluator(DemoProcess process) {
        this.process = process;
    }

    /** Starts one on a free port. */
    static DemoEvaluator start(Path home) {
        return new DemoEvaluator(DemoProcess.start(
                home,
                "64m",
                Map.of(),
                "evaluator",
                "--port",
                "0",
                "--snapshots",
                home.resolve("snapshots").toString()));
    }

    /** Where it listens. */
    String address() {
        return process.address();
    }

    /** The address of the decisions for a visitor. */
    String question(String project, String reference) {
        return address() + "/v1/decisions?project=" + project
                + (reference.isEmpty() ? "" : "&ref=" + URLEncoder.encode(reference, StandardCharsets.UTF_8));
    }

    /** What it answers, with reasons. */
    String answer(String question, String debugToken) {
        return http.get(question, "X-Debug-Token", debugToken);
    }

    @Override
    public void close() {
        http.close();
        process.close();
    }
}
