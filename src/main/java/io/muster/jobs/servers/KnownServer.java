package io.muster.jobs.servers;

import java.time.Instant;
import java.util.Map;

/**
 * A server that was heard within the last days.
 *
 * @param id lies in its state folder, so that it outlives the process
 * @param name its machine, and the beginning of its id
 * @param since when its process began
 * @param lastSeen when it was last heard
 * @param living whether it was heard just now; one that was stopped in order is forgotten
 * @param spool names the folder where its files lie
 * @param jobHash of all its job files
 * @param jobsSince since when it has these job files
 * @param jobFiles the fingerprint of each of its job files, by name
 */
public record KnownServer(
        String id,
        String name,
        String version,
        Instant since,
        Instant lastSeen,
        boolean living,
        String spool,
        String jobHash,
        Instant jobsSince,
        Map<String, String> jobFiles) {}
