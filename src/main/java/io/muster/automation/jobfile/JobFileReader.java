package io.muster.automation.jobfile;

import io.muster.support.document.DocumentKind;
import io.muster.support.document.Documents;
import io.muster.support.document.Node;
import io.muster.support.document.Place;
import io.muster.support.document.Problems;
import io.muster.support.document.binding.RecordBinder;
import io.muster.support.document.binding.Scalars;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the text of one job file: binding, constraints and what keys have to do with each other. */
final class JobFileReader {

    /** A job file of a thousand mapped columns has about 40 KiB. */
    static final int MAX_BYTES = 1 << 20;

    private static final String TOO_LONG =
            "is larger than 1 MiB, which no job file needs. Check that it is the right file";

    private static final DocumentKind DOCUMENTS = new DocumentKind(
            "job files",
            "one job",
            "docs/job-files.md",
            new DocumentKind.Limits(
                    MAX_BYTES, TOO_LONG, 30, "is nested deeper than 30 levels. No job file needs that", 0));

    private final Scalars scalars = JobScalars.all();

    /** The job in a file's bytes; everything that is wrong with them is a problem, and a job with problems is not usable. */
    Optional<JobFile> read(byte[] bytes, Problems problems) {
        return text(bytes, problems)
                .flatMap(text -> Documents.read(text, DOCUMENTS, problems))
                .flatMap(root -> bind(root, problems));
    }

    private static Optional<String> text(byte[] bytes, Problems problems) {
        if (bytes.length > MAX_BYTES) {
            problems.add(Place.START, "", TOO_LONG);
            return Optional.empty();
        }

        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return Optional.of(text);
        } catch (CharacterCodingException ignored) {
            problems.add(Place.START, "", "is not UTF-8. Save it as UTF-8");
            return Optional.empty();
        }
    }

    private Optional<JobFile> bind(Node root, Problems problems) {
        RecordBinder binder = new RecordBinder(scalars, DOCUMENTS, problems);
        Optional<JobFile> bound = binder.bind(JobFile.class, root);
        // Two checks may find fault with one group; what the binder refused is not refused again.
        List<Runnable> found = new ArrayList<>();
        JobChecks checks = new JobChecks((field, reason) -> {
            if (!problems.covers(field)) {
                found.add(() -> problems.add(binder.place(field), field, reason));
            }
        });
        bound.ifPresent(checks::check);
        found.forEach(Runnable::run);
        return bound;
    }
}
