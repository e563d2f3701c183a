package io.muster.extract.pick;

import com.jayway.jsonpath.Configuration;
import com.jayway.jsonpath.InvalidPathException;
import com.jayway.jsonpath.JsonPath;
import com.jayway.jsonpath.Option;
import com.jayway.jsonpath.PathNotFoundException;
import com.jayway.jsonpath.spi.json.JsonSmartJsonProvider;
import com.jayway.jsonpath.spi.mapper.JsonSmartMappingProvider;
import java.math.BigDecimal;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A JSONPath that leads to one value: names, indexes, nothing that searches, counts or computes. */
public final class JsonPick {

    private static final int LONGEST = 500;
    private static final int MOST_PLAIN_DIGITS = 40;

    /** Whatever else a path can hold either leads to several values or computes one. */
    private static final Pattern COMPUTES = Pattern.compile("[?()]|\\.\\.");

    private static final Pattern QUOTED = Pattern.compile("'(?:[^'\\\\]|\\\\.)*'|\"(?:[^\"\\\\]|\\\\.)*\"");

    private static final Configuration CONFIGURATION = Configuration.builder()
            .jsonProvider(new JsonSmartJsonProvider())
            .mappingProvider(new JsonSmartMappingProvider())
            .options(EnumSet.noneOf(Option.class))
            .build();

    private final String text;
    private final JsonPath path;

    /** What a path leads to. */
    public sealed interface Picked {

        /** A text, number or truth value, as text. */
        record Value(String text) implements Picked {}

        /** {@code null}: the sender says nothing. */
        record Blank() implements Picked {}

        /** There is nothing at the path. */
        record Missing() implements Picked {}

        /** An object or a list. */
        record NotSimple() implements Picked {}
    }

    private JsonPick(String text, JsonPath path) {
        this.text = text;
        this.path = path;
    }

    /**
     * Compiles a path.
     *
     * @throws IllegalArgumentException when it is none, or may lead to several values; the message says what is wrong
     */
    public static JsonPick of(String text) {
        if (!text.startsWith("$")) {
            throw new IllegalArgumentException("must be a JSONPath that begins with $, such as $.customer.email");
        }

        if (text.length() > LONGEST) {
            throw new IllegalArgumentException("must not have more than " + LONGEST + " characters");
        }

        if (COMPUTES.matcher(QUOTED.matcher(text).replaceAll("")).find()) {
            throw new IllegalArgumentException(
                    "must lead to one value by names and indexes: filters, functions and .. are not known here");
        }

        try {
            JsonPath path = JsonPath.compile(text);
            if (!path.isDefinite()) {
                throw new IllegalArgumentException("may lead to several values. Name one, such as $.items[0].sku");
            }

            return new JsonPick(text, path);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("is not a JSONPath. Write one such as $.customer.email", e);
        }
    }

    /** As it was written. */
    public String text() {
        return text;
    }

    /** What it leads to. */
    public Picked from(JsonDocument document) {
        Object root = document.root();
        if (root == null || !(root instanceof Map || root instanceof List)) {
            return path.getPath().equals("$") ? picked(root) : new Picked.Missing();
        }

        try {
            return picked(path.<Object>read(root, CONFIGURATION));
        } catch (PathNotFoundException e) {
            return new Picked.Missing();
        }
    }

    private static Picked picked(@Nullable Object value) {
        return switch (value) {
            case null -> new Picked.Blank();
            case String string -> new Picked.Value(string);
            case BigDecimal number -> new Picked.Value(plain(number));
            case Number number -> new Picked.Value(number.toString());
            case Boolean truth -> new Picked.Value(truth.toString());
            default -> new Picked.NotSimple();
        };
    }

    /** Digits without an exponent, unless there would be very many. */
    private static String plain(BigDecimal number) {
        return Math.abs((long) number.scale()) + number.precision() <= MOST_PLAIN_DIGITS
                ? number.toPlainString()
                : number.toString();
    }
}
