package io.muster.extract.drop;

import io.muster.directory.Actor;
import io.muster.extract.source.FileGone;
import io.muster.extract.source.FileSource;
import io.muster.extract.source.SourceFile;
import io.muster.extract.source.SpoolFile;
import io.muster.support.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The dropped files of an automation as a source of files. All are listed; those in this spool can be fetched. */
final class DropFileSource implements FileSource {

    private final String automation;
    private final DroppedFiles files;
    private Map<SourceFile, DroppedFile> listed = Map.of();

    DropFileSource(String automation, DroppedFiles files) {
        this.automation = automation;
        this.files = files;
    }

    @Override
    public String location() {
        return "the file drop of " + automation;
    }

    @Override
    public List<SourceFile> list() {
        listed = files.all(automation).stream()
                .collect(Collectors.toMap(
                        DroppedFile::asSourceFile, file -> file, (one, other) -> one, LinkedHashMap::new));
        return List.copyOf(listed.keySet());
    }

    @Override
    public Optional<Away> away(SourceFile file) {
        return Optional.ofNullable(listed.get(file))
                .or(() -> files.listed(automation, file))
                .filter(dropped -> !files.isHere(dropped))
                .map(dropped ->
                        new Away(dropped.content().spool(), dropped.content().host()));
    }

    @Override
    public void fetch(SourceFile file, Path target) {
        Path content = files.path(find("fetch", file));
        try (InputStream in = Files.newInputStream(content);
                SpoolFile spool = SpoolFile.create(target, file.size())) {
            spool.append(in, file.size());
            if (spool.written() != file.size()) {
                throw failed("fetch", file, "its content in the spool was changed. Send it again", null);
            }

            spool.complete();
        } catch (NoSuchFileException e) {
            throw gone("fetch", file);
        } catch (IOException e) {
            throw failed("fetch", file, e.getMessage() + ". Check the spool", e);
        }
    }

    @Override
    public String read(SourceFile file, int maxBytes) {
        try (InputStream in = Files.newInputStream(files.path(find("read", file)))) {
            byte[] bytes = in.readNBytes(maxBytes + 1);
            if (bytes.length > maxBytes) {
                throw failed("read", file, "it has more than %,d bytes. Look at it".formatted(maxBytes), null);
            }

            return new String(bytes, StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            throw gone("read", file);
        } catch (IOException e) {
            throw failed("read", file, e.getMessage() + ". Check the spool", e);
        }
    }

    /** Job files with this wish are refused: dropped files are kept as archived in any case. */
    @Override
    public String archive(SourceFile file, String folder) {
        throw failed("archive", file, "dropped files have no folders. Remove afterwards from the job", null);
    }

    @Override
    public void delete(SourceFile file) {
        files.delete(find("delete", file), new Actor(Actor.Kind.AUTOMATION, automation));
    }

    @Override
    public boolean exists(String name) {
        return files.all(automation).stream().anyMatch(file -> file.name().equals(name));
    }

    private DroppedFile find(String doing, SourceFile file) {
        return files.listed(automation, file).orElseThrow(() -> gone(doing, file));
    }

    private FileGone gone(String doing, SourceFile file) {
        return new FileGone(doing, file.path(), location());
    }

    private Refusal failed(String doing, SourceFile file, String reason, @Nullable Exception cause) {
        String message = "Cannot %s %s at %s: %s.".formatted(doing, file.name(), location(), reason);
        return cause == null ? Refusal.failed(message) : Refusal.failed(message, cause);
    }

    @Override
    public void close() {
        // holds nothing open between calls
    }
}
