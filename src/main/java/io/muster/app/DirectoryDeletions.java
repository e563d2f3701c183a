package io.muster.app;

import io.muster.directory.Actor;
import io.muster.directory.Directory;
import io.muster.directory.store.Contacts;
import io.muster.directory.store.Directories;
import io.muster.directory.store.MailingLists;
import io.muster.intercept.Project;
import io.muster.intercept.Projects;
import io.muster.jobs.Progress;
import io.muster.jobs.Run;
import io.muster.jobs.RunLedger;
import io.muster.runs.RunRequest;
import io.muster.runs.RunService;
import io.muster.segment.Segments;
import io.muster.support.Refusal;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Deletes directories with all that is in them, each as a run. Directories are named by id or name. */
public final class DirectoryDeletions {

    private final Directories directories;
    private final Contacts contacts;
    private final MailingLists lists;
    private final Segments segments;
    private final RunLedger ledger;
    private final RunService runs;
    private final Projects projects;

    DirectoryDeletions(
            Directories directories,
            Contacts contacts,
            MailingLists lists,
            Segments segments,
            RunLedger ledger,
            RunService runs,
            Projects projects) {
        this.directories = directories;
        this.contacts = contacts;
        this.lists = lists;
        this.segments = segments;
        this.ledger = ledger;
        this.runs = runs;
        this.projects = projects;
    }

    /** What would go, and what stands in the way. */
    public DirectoryPreview preview(String idOrName) {
        return new DirectoryPreview(contents(directories.find(idOrName)), obstacles(idOrName));
    }

    /**
     * How much goes, of a directory that can be deleted now.
     *
     * @throws Refusal while a run of it is under way, a job file names it, or a project is linked to it
     */
    public DirectoryContents check(String idOrName) {
        Directory directory = directories.find(idOrName);
        List<Refusal> refusals = against(directory);
        if (!refusals.isEmpty()) {
            throw refusals.getFirst();
        }

        return contents(directory);
    }

    /**
     * Starts the deletion, or goes on with one that was cut off. The run is to be awaited.
     *
     * @throws Refusal while another run of it is under way, a job file names it, or a project is linked to it; nothing has
     *     changed then
     */
    public Run start(Actor actor, String idOrName, Progress progress) {
        Directory directory = directories.find(idOrName);
        Optional<Refusal> linked = againstProjects(directory);
        if (linked.isPresent()) {
            throw linked.get();
        }

        return runs.start(request(directory), actor, progress).run();
    }

    /** What stands in the way of a deletion now, one sentence each; empty when nothing does. Counts nothing. */
    public List<String> obstacles(String idOrName) {
        return against(directories.find(idOrName)).stream()
                .map(Refusal::getMessage)
                .toList();
    }

    private List<Refusal> against(Directory directory) {
        return Stream.concat(againstProjects(directory).stream(), runs.against(request(directory)).stream())
                .toList();
    }

    private Optional<Refusal> againstProjects(Directory directory) {
        String linked = projects.linkedTo(directory.number()).stream()
                .map(Project::called)
                .collect(Collectors.joining(", "));
        return linked.isEmpty()
                ? Optional.empty()
                : Optional.of(Refusal.conflict(
                        "DIRECTORY_IN_USE",
                        "Cannot delete the directory '" + directory.name() + "': these projects are linked to it: "
                                + linked + ". Unlink and apply them first."));
    }

    private static RunRequest.Deletion request(Directory directory) {
        return new RunRequest.Deletion(directory.number());
    }

    private DirectoryContents contents(Directory directory) {
        int number = directory.number();
        return new DirectoryContents(
                directory.id(),
                directory.name(),
                contacts.count(number),
                lists.of(number).size(),
                segments.of(number).size(),
                ledger.count(number));
    }
}
