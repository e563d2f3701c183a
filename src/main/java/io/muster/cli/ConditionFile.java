package io.muster.cli;

import io.muster.support.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads a condition from a file, or from standard input where {@code -} is named. */
final class ConditionFile {

    /** Far more than any condition has; a file that is larger is another one. */
    private static final int MAX_BYTES = 16 << 20;

    private ConditionFile() {}

    static String read(Path file) {
        byte[] bytes = bytes(file);
        if (bytes.length > MAX_BYTES) {
            throw Refusal.usage("Cannot read the condition " + file
                    + ": it is larger than 16 MiB. Check that it is the right file.");
        }

        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw Refusal.usage("Cannot read the condition " + file + ": it is not UTF-8. Save it as UTF-8.");
        }
    }

    private static byte[] bytes(Path file) {
        boolean standard = file.toString().equals("-");
        if (!standard && !Files.isRegularFile(file) && !Files.isReadable(file)) {
            throw Refusal.usage("Cannot read the condition " + file
                    + ": there is no such file, or it may not be read. Name a readable file, or - for standard input.");
        }

        try (InputStream in = standard ? System.in : Files.newInputStream(file)) {
            return in.readNBytes(MAX_BYTES + 1);
        } catch (IOException e) {
            throw Refusal.usage(
                    "Cannot read the condition " + file + ": " + e.getMessage() + ". Name a readable file.");
        }
    }
}
