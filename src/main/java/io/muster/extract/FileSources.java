package io.muster.extract;

import io.muster.extract.folder.FolderFileSource;
import io.muster.extract.s3.S3FileSource;
import io.muster.extract.sftp.SftpFileSource;
import io.muster.extract.source.DropBox;
import io.muster.extract.source.DropSource;
import io.muster.extract.source.FileSource;
import io.muster.extract.source.FolderSource;
import io.muster.extract.source.Retries;
import io.muster.extract.source.S3Source;
import io.muster.extract.source.SftpSource;
import io.muster.extract.source.Sleeper;
import io.muster.extract.source.SourceSpec;
import io.muster.extract.source.StopSignal;
import io.muster.extract.source.Tries;
import io.muster.support.Refusal;
import java.time.InstantSource;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Opens the source a job file names.
 *
 * @param environment where {@code env:} secrets are looked up
 * @param sleeper waits between tries to connect
 * @param clock gives the time in archived names
 * @param random spreads tries to connect
 * @param stop ends waits for a server
 * @param drops where files lie that callers have sent
 */
public record FileSources(
        Map<String, String> environment,
        Sleeper sleeper,
        InstantSource clock,
        RandomGenerator random,
        StopSignal stop,
        DropBox drops) {

    /** With the environment, time and chance of this process, where nobody sends files. */
    public static FileSources ofProcess(InstantSource clock) {
        StopSignal never = new StopSignal();
        return new FileSources(System.getenv(), never, clock, RandomGenerator.getDefault(), never, drop -> {
            throw Refusal.failed("Cannot open the file drop of " + drop.automation() + " here. Use a server.");
        });
    }

    /**
     * Opens a source; a server is connected at the first use only.
     *
     * @throws Refusal when a secret or key of it cannot be read
     */
    public FileSource open(SourceSpec spec) {
        return switch (spec) {
            case SftpSource sftp -> new SftpFileSource(sftp, environment, sleeper, clock, random, stop);
            case FolderSource folder -> new FolderFileSource(folder, clock);
            case S3Source s3 -> new S3FileSource(s3, environment, tries(s3.location(), s3.retries()), clock);
            case DropSource drop -> drops.open(drop);
        };
    }

    /** Asks another machine again. */
    Tries tries(String location, Retries retries) {
        return new Tries(location, retries, sleeper, random, stop);
    }
}
