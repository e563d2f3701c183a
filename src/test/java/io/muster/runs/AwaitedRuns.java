package io.muster.runs;

import io.muster.directory.Actor;
import io.muster.jobs.Progress;
import io.muster.jobs.Run;
import io.muster.jobs.RunFilter;
import io.muster.jobs.contactimport.ImportSpec;
import java.nio.file.Path;
import java.util.List;

/** A process's runs, each awaited where it is started. */
public record AwaitedRuns(RunService service) {

    public static final Actor TESTER = Actor.commandLine("tester");

    public Run importFile(Path file, ImportSpec spec, Progress progress) {
        return service.run(new RunRequest.ImportFile(file, spec), TESTER, progress);
    }

    public Run run(RunRequest request, Progress progress) {
        return service.run(request, TESTER, progress);
    }

    public Run resume(String id) {
        return service.await(service.resume(id, RunService.Force.NO, TESTER, Progress.NONE));
    }

    public Run reprocess(String id) {
        return service.await(service.reprocess(id, RunService.Force.NO, TESTER, Progress.NONE));
    }

    public Run stop(String id) {
        return service.stop(id, TESTER);
    }

    public Run abandon(String id) {
        return service.abandon(id, TESTER);
    }

    public Run show(String id) {
        return service.show(id);
    }

    public List<Run> latest(int directory, int most) {
        return service.list(RunFilter.ofDirectory(directory, most));
    }

    public void stopAll() {
        service.stopAll();
    }
}
