package io.muster.jobs.records;

import io.muster.directory.Directory;
import io.muster.directory.MailingList;
import io.muster.directory.store.ContactExport;
import io.muster.directory.store.Directories;
import io.muster.directory.store.MailingLists;
import io.muster.extract.record.DirectoryRecords;
import io.muster.extract.record.EligibilityRecords;
import io.muster.extract.record.InsideSpec;
import io.muster.extract.record.RecordExtractor;
import io.muster.jobs.Run;
import io.muster.jobs.RunFilter;
import io.muster.jobs.RunKind;
import io.muster.jobs.RunLedger;
import io.muster.jobs.RunStatus;
import io.muster.jobs.eligibility.EligibilityResults;
import io.muster.segment.Segment;
import io.muster.segment.Segments;
import io.muster.segment.members.PublishedMembers;
import io.muster.segment.members.SegmentMembers;
import io.muster.support.Refusal;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Opens extractors of records that this installation has itself. */
public record InsideRecords(
        Directories directories,
        MailingLists lists,
        Segments segments,
        SegmentMembers members,
        ContactExport contacts,
        RunLedger runs,
        EligibilityResults eligibility) {

    private static final int MOST_RUNS = 1_000;

    /**
     * Opens an extractor.
     *
     * @param folder for what is read, until the extraction ends
     * @throws Refusal when a directory, list, segment or run is not there
     */
    public RecordExtractor open(InsideSpec spec, Path folder) {
        return switch (spec) {
            case DirectoryRecords records -> contacts(records, folder);
            case EligibilityRecords records -> eligibility(records, folder);
        };
    }

    private RecordExtractor contacts(DirectoryRecords records, Path folder) {
        Directory directory = directories.find(records.directory());
        String list = records.list();
        String segment = records.segment();
        if (list != null) {
            MailingList found = lists.find(directory.number(), list);
            return new ExportedRecords(
                    "the list %s of the directory %s".formatted(list, directory.name()),
                    folder,
                    out -> contacts.write(directory.number(), found, ContactExport.Format.CSV, out));
        }
        if (segment != null) {
            Segment found = segments.find(directory.number(), segment);
            return new ExportedRecords(
                    "the segment %s of the directory %s".formatted(found.name(), directory.name()),
                    folder,
                    out -> ofSegment(found, out));
        }
        return new ExportedRecords(
                "the directory " + directory.name(),
                folder,
                out -> contacts.write(directory.number(), null, ContactExport.Format.CSV, out));
    }

    private void ofSegment(Segment segment, OutputStream out) throws IOException {
        PublishedMembers published = members.published(segment);
        long unused = contacts.writeChosen(
                segment.directory(),
                new ContactExport.Chosen() {
                    @Override
                    public OptionalLong next(long from) {
                        return published.next(from);
                    }

                    @Override
                    public boolean contains(long number) {
                        return published.test(number);
                    }
                },
                ContactExport.Format.CSV,
                out);
    }

    private RecordExtractor eligibility(EligibilityRecords records, Path folder) {
        Directory directory = directories.find(records.directory());
        Run run = run(directory, records.run());
        return new ExportedRecords(
                "the answer of run " + run.id(), folder, out -> eligibility.write(run.number(), run.directory(), out));
    }

    private Run run(Directory directory, @Nullable String id) {
        return runs.list(RunFilter.ofDirectory(directory.number(), MOST_RUNS).of(RunKind.ELIGIBILITY)).stream()
                .filter(run -> id == null || run.id().equals(id))
                .filter(run -> run.status() == RunStatus.COMPLETED && run.prunedAt() == null)
                .findFirst()
                .orElseThrow(() -> Refusal.notFound(
                        "UNKNOWN_RUN",
                        "Cannot read who of the directory %s may be contacted: %s has not completed, or is not kept any longer. Ask anew."
                                .formatted(directory.name(), id == null ? "a run that asks for it" : "the run " + id)));
    }
}
