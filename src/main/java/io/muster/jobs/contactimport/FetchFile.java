package io.muster.jobs.contactimport;

import io.muster.extract.combine.Combining;
import io.muster.extract.combine.Extraction;
import io.muster.extract.record.RecordSources;
import io.muster.extract.source.FileChanged;
import io.muster.extract.source.FileGone;
import io.muster.extract.transform.Transforms;
import io.muster.jobs.Deliveries;
import io.muster.jobs.Deliveries.Delivery;
import io.muster.jobs.Deliveries.Disposal;
import io.muster.jobs.RunStopped;
import io.muster.support.Refusal;
import io.muster.support.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** Fetches the file of a run into its spool file, unless it is there already. */
final class FetchFile {

    private final ImportWork work;
    private final ImportStores stores;
    private final RecordSources records;

    FetchFile(ImportWork work, ImportStores stores, RecordSources records) {
        this.records = records;
        this.work = work;
        this.stores = stores;
    }

    void call() {
        Delivery delivery = stores.deliveries().find(work.delivery().id()).orElseThrow();
        try {
            String known = delivery.sha256();
            if (known != null && Files.exists(work.spoolFile()) && known.equals(hash(work.spoolFile()))) {
                return;
            }

            Map<String, String> watermarks = fetch(delivery);
            String fetched = hash(work.spoolFile());
            if (known != null && !known.equals(fetched)) {
                throw work.spec().extraction() != null
                        ? extractedOtherwise()
                        : Refusal.failed("Cannot go on with " + work.where()
                                + ": the file on the source is not the one the run began with. Abandon the run; the new file"
                                + " is a delivery of its own.");
            }

            long size = Files.size(work.spoolFile());
            stores.transactions().executeWithoutResult(ignored -> {
                stores.surveys().fence(work.lease());
                stores.deliveries().fetched(delivery.id(), HexFormat.of().parseHex(fetched), size);
                stores.watermarks().note(work.lease().run().number(), watermarks);
            });
        } catch (IOException e) {
            throw Refusal.failed(
                    "Cannot read the spool file of " + work.where() + ": " + e.getMessage()
                            + ". Check the disk, then resume the run.",
                    e);
        }
    }

    private Refusal extractedOtherwise() {
        return Refusal.failed("Cannot go on with " + work.where()
                + ": the rows that it had extracted are not here any more, and extracting them again gives others. Abandon"
                + " the run; the next one extracts anew.");
    }

    /** What was reached by each extractor. */
    private Map<String, String> fetch(Delivery delivery) {
        Extraction extraction = work.spec().extraction();
        try {
            if (extraction != null && !work.source().isKept()) {
                return extract(extraction);
            }

            work.source().fetch(work.spoolFile());
            return extraction == null ? Map.of() : noted();
        } catch (FileGone | FileChanged e) {
            stores.transactions().executeWithoutResult(ignored -> {
                stores.surveys().fence(work.lease());
                stores.deliveries().settle(delivery.id(), Deliveries.State.GONE, Disposal.LEFT);
            });
            throw Refusal.failed("Cannot fetch " + delivery.path() + " for " + work.where()
                    + ": it changed or went away since it was listed. Nothing was imported; deliver the file again, or"
                    + " wait for the next run if it was still being written.");
        }
    }

    private Map<String, String> extract(Extraction extraction) {
        Combining.Delivered delivered = null;
        if (extraction.delivered() != null) {
            Path file = work.folder().resolve("delivered");
            work.source().fetch(file);
            delivered = new Combining.Delivered(file, work.fileName());
        }

        Combining.Result result = new Combining(records, work.folder(), this::goOn)
                .extract(extraction, delivered, needed(), work.spoolFile());
        return result.watermarks();
    }

    private void goOn() {
        if (work.lease().stopRequested()) {
            throw new RunStopped();
        }
    }

    private Set<String> needed() {
        Mapping mapping = work.spec().mapping();
        Set<String> needed = new LinkedHashSet<>(mapping.columns().keySet());
        needed.addAll(mapping.values().keySet());
        needed.addAll(mapping.formats().keySet());
        return Transforms.needed(work.spec().transforms(), needed);
    }

    /** The file that an earlier run has kept holds what that one extracted. */
    private Map<String, String> noted() {
        return stores.ofFile().repeated(work.lease().run()).reversed().stream()
                .map(stores.watermarks()::of)
                .filter(some -> !some.isEmpty())
                .findFirst()
                .orElse(Map.of());
    }

    private static String hash(Path file) throws IOException {
        MessageDigest digest = Sha256.digest();
        byte[] buffer = new byte[1 << 18];
        try (InputStream in = Files.newInputStream(file)) {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                digest.update(buffer, 0, count);
            }
        }

        return HexFormat.of().formatHex(digest.digest());
    }
}
