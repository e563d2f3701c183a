package io.muster.jobs.contactimport;

import io.muster.extract.source.FileChanged;
import io.muster.extract.source.FileGone;
import io.muster.jobs.Deliveries;
import io.muster.jobs.Deliveries.Delivery;
import io.muster.jobs.Deliveries.Disposal;
import io.muster.support.Refusal;
import io.muster.support.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;

/** Fetches the file of a run into its spool file, unless it is there already. */
final class FetchFile {

    private final ImportWork work;
    private final ImportStores stores;

    FetchFile(ImportWork work, ImportStores stores) {
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

            fetch(delivery);
            String fetched = hash(work.spoolFile());
            if (known != null && !known.equals(fetched)) {
                throw Refusal.failed("Cannot go on with " + work.where()
                        + ": the file on the source is not the one the run began with. Abandon the run; the new file"
                        + " is a delivery of its own.");
            }

            long size = Files.size(work.spoolFile());
            stores.transactions().executeWithoutResult(ignored -> {
                stores.surveys().fence(work.lease());
                stores.deliveries().fetched(delivery.id(), HexFormat.of().parseHex(fetched), size);
            });
        } catch (IOException e) {
            throw Refusal.failed(
                    "Cannot read the spool file of " + work.where() + ": " + e.getMessage()
                            + ". Check the disk, then resume the run.",
                    e);
        }
    }

    private void fetch(Delivery delivery) {
        try {
            work.source().fetch(work.spoolFile());
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
