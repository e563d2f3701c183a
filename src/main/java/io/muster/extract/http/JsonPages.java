package io.muster.extract.http;

import io.muster.extract.record.MemberPath;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;

/**
 * Pages that are a JSON document with an array of records, read as a stream.
 *
 * @param records where the array is
 * @param bound how many characters a record may have
 */
record JsonPages(MemberPath records, int bound) implements Pages {

    private static final int DEPTH = 100;
    private static final int DIGITS = 1_000;

    /** Parsers that give up at documents that are made to hurt. */
    static JsonFactory parsers(int bound) {
        return JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(DEPTH)
                        .maxNumberLength(DIGITS)
                        .maxStringLength(bound)
                        .maxNameLength(DIGITS)
                        .build())
                .build();
    }

    @Override
    public Content check(Path page, @Nullable MemberPath next) throws IOException, PageBroken {
        return read(page, next, null);
    }

    @Override
    public void take(Path page, Taker taker) throws IOException, PageBroken {
        var unused = read(page, null, taker);
    }

    private Content read(Path page, @Nullable MemberPath next, @Nullable Taker taker) throws IOException, PageBroken {
        try (Reader text = utf8(page);
                JsonParser json = parsers(bound).createParser(ObjectReadContext.empty(), text)) {
            return new Walk(json, next, taker).read();
        } catch (StreamConstraintsException e) {
            throw new PageBroken(
                    "the answer is nested deeper than %d levels, or has a name or number of more than %,d characters"
                            .formatted(DEPTH, DIGITS));
        } catch (JacksonException e) {
            // Its own message would show what is in the page.
            TokenStreamLocation at = e.getLocation();
            throw new PageBroken("the answer is not JSON, or not all of it"
                    + (at == null ? "" : " (line %d, column %d)".formatted(at.getLineNr(), at.getColumnNr())));
        }
    }

    private static Reader utf8(Path page) throws IOException {
        InputStream bytes = new BufferedInputStream(Files.newInputStream(page), 1 << 16);
        bytes.mark(3);
        byte[] mark = bytes.readNBytes(3);
        if (mark.length < 3 || mark[0] != (byte) 0xEF || mark[1] != (byte) 0xBB || mark[2] != (byte) 0xBF) {
            bytes.reset();
        }
        return new BufferedReader(new InputStreamReader(
                bytes,
                StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT)));
    }

    /** One reading of a document from its begin to its end. */
    private final class Walk {

        private final JsonParser json;
        private final @Nullable MemberPath next;
        private final @Nullable Taker taker;
        private final Deque<String> at = new ArrayDeque<>();
        private long count;
        private boolean found;
        private @Nullable String cursor;

        Walk(JsonParser json, @Nullable MemberPath next, @Nullable Taker taker) {
            this.json = json;
            this.next = next;
            this.taker = taker;
        }

        Content read() throws PageBroken {
            if (json.nextToken() == null) {
                throw new PageBroken("the answer is empty");
            }
            value();
            if (json.nextToken() != null) {
                throw new PageBroken("the answer goes on after its JSON document");
            }
            if (!found) {
                throw new PageBroken("the answer has no array at " + path(records));
            }
            return new Content(count, cursor);
        }

        private void value() throws PageBroken {
            List<String> path = List.copyOf(at);
            if (next != null && path.equals(next.names())) {
                cursor = cursor();
            }
            if (path.equals(records.names())) {
                array();
            } else if (json.currentToken() == JsonToken.START_OBJECT && isOnTheWay(path)) {
                while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                    at.addLast(json.currentName());
                    json.nextToken();
                    value();
                    at.removeLast();
                }
            } else {
                json.skipChildren();
            }
        }

        private boolean isOnTheWay(List<String> path) {
            return begins(records, path) || (next != null && begins(next, path));
        }

        private static boolean begins(MemberPath whole, List<String> path) {
            return whole.names().size() > path.size()
                    && whole.names().subList(0, path.size()).equals(path);
        }

        private @Nullable String cursor() {
            return switch (json.currentToken()) {
                case VALUE_STRING, VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT ->
                    json.getString().isBlank() ? null : json.getString();
                default -> null;
            };
        }

        private void array() throws PageBroken {
            if (found) {
                throw new PageBroken("the answer has two values at " + path(records));
            }
            found = true;
            if (json.currentToken() == JsonToken.VALUE_NULL) {
                return;
            }
            if (json.currentToken() != JsonToken.START_ARRAY) {
                throw new PageBroken("the answer has no array at " + path(records));
            }
            while (json.nextToken() != JsonToken.END_ARRAY) {
                count++;
                if (taker == null) {
                    json.skipChildren();
                } else {
                    hand(JsonRecord.read(json, bound), taker);
                }
            }
        }
    }

    static void hand(JsonRecord record, Taker taker) {
        String problem = record.problem();
        if (problem == null) {
            taker.record(record.values());
        } else {
            taker.refused(record.raw(), problem);
        }
    }

    private static String path(MemberPath path) {
        return path.names().isEmpty() ? "its root" : "$." + String.join(".", path.names());
    }
}
