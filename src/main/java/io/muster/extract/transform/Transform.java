package io.muster.extract.transform;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.muster.support.document.binding.About;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One change to every record; {@code do} in the job file names the kind. Stored as JSON with the run. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "do")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Transform.Required.class, name = "required"),
    @JsonSubTypes.Type(value = Transform.Rename.class, name = "rename"),
    @JsonSubTypes.Type(value = Transform.Constant.class, name = "constant"),
    @JsonSubTypes.Type(value = Transform.Prefix.class, name = "prefix"),
    @JsonSubTypes.Type(value = Transform.Suffix.class, name = "suffix"),
    @JsonSubTypes.Type(value = Transform.Concatenate.class, name = "concatenate"),
    @JsonSubTypes.Type(value = Transform.Case.class, name = "case"),
    @JsonSubTypes.Type(value = Transform.ValueMap.class, name = "map"),
    @JsonSubTypes.Type(value = Transform.Replace.class, name = "replace"),
    @JsonSubTypes.Type(value = Transform.Split.class, name = "split"),
    @JsonSubTypes.Type(value = Transform.Substring.class, name = "substring"),
    @JsonSubTypes.Type(value = Transform.Trim.class, name = "trim"),
    @JsonSubTypes.Type(value = Transform.DateFormat.class, name = "date-format"),
    @JsonSubTypes.Type(value = Transform.DateDifference.class, name = "date-difference")
})
public sealed interface Transform {

    /** Skips rows in which a column is blank. */
    record Required(
            @NotEmpty(message = "must name a column")
            @Size(max = 1000)
            @About("Columns that a row must have a value in; a row in which one is blank is skipped.")
            List<@NotBlank String> columns)
            implements Transform {

        /** Copies what it is given. */
        public Required {
            columns = columns == null ? List.of() : List.copyOf(columns);
        }
    }

    /** Gives a column another name. */
    record Rename(
            @NotBlank @About("The column.") String column,

            @NotBlank @About("Its name from then on; no other column may have it.")
            String to)
            implements Transform {}

    /** Gives a column one value in every row. */
    record Constant(
            @NotBlank @About("The column; it is made where it is not there.")
            String column,

            @NotNull @Size(max = MOST_TEXT) @About("Its value in every row.")
            String value)
            implements Transform {}

    /** Puts a text before each value. */
    record Prefix(
            @NotBlank @About("The column.") String column,

            @NotNull @Size(max = MOST_TEXT) @About("The text before each value; a blank one stays blank.")
            String text)
            implements Transform {}

    /** Puts a text after each value. */
    record Suffix(
            @NotBlank @About("The column.") String column,

            @NotNull @Size(max = MOST_TEXT) @About("The text after each value; a blank one stays blank.")
            String text)
            implements Transform {}

    /** Puts the values of several columns together. */
    record Concatenate(
            @NotEmpty(message = "must name a column")
            @Size(max = 100)
            @About("The columns, in order; blank values are left out.")
            List<@NotBlank String> columns,

            @Size(max = MOST_TEXT) @About(value = "What stands between two values; nothing where absent.")
            String separator,

            @NotBlank @About("The column that takes the whole; it is made where it is not there.")
            String into)
            implements Transform {

        /** Fills in what may be absent. */
        public Concatenate {
            columns = columns == null ? List.of() : List.copyOf(columns);
            separator = separator == null ? "" : separator;
        }
    }

    /** Changes upper and lower case. */
    record Case(
            @NotBlank @About("The column.") String column,

            @NotNull @About("upper, lower, or title: each word begins with a capital letter, the rest is lower case.")
            To to)
            implements Transform {

        /** How values are written. */
        public enum To {
            /** In capital letters. */
            UPPER,
            /** In small letters. */
            LOWER,
            /** Each word with a capital letter. */
            TITLE
        }
    }

    /** Replaces whole values. */
    record ValueMap(
            @NotBlank @About("The column.") String column,

            @NotEmpty(message = "must hold a value")
            @Size(max = 10_000)
            @About("The values and what they become; compared exactly, without outer white space.")
            Map<String, String> values,

            @Size(max = MOST_TEXT)
            @About("What any other value that is not blank becomes; it stays as it is where absent.")
            @Nullable
            String orElse)
            implements Transform {

        /** Copies what it is given. */
        public ValueMap {
            values = values == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(values));
        }
    }

    /** Replaces parts of values. */
    record Replace(
            @NotBlank @About("The column.") String column,

            @Size(min = 1, max = MOST_TEXT) @About("The text that is replaced wherever it stands.") @Nullable
            String text,

            @Size(min = 1, max = MOST_TEXT)
            @About("A pattern (RE2) instead: every part that matches is replaced.")
            @Nullable
            String pattern,

            @Size(max = MOST_TEXT)
            @About("What stands there instead; nothing where absent. With a pattern $1 is its first group.")
            String with)
            implements Transform {

        /**
         * Fills in what may be absent.
         *
         * @throws IllegalArgumentException when it has not exactly one of text and pattern, or the pattern cannot be used
         */
        public Replace {
            with = with == null ? "" : with;
            if ((text == null) == (pattern == null)) {
                throw new IllegalArgumentException("it must have either text or pattern");
            }

            if (pattern != null) {
                Replacing.check(pattern, with);
            }
        }
    }

    /** Cuts values into parts. */
    record Split(
            @NotBlank @About("The column; it stays as it is unless it is one of those that take a part.")
            String column,

            @NotNull @Size(min = 1, max = 100) @About("The text between two parts.")
            String by,

            @NotEmpty(message = "must name a column")
            @Size(max = 100)
            @About(
                    "The columns that take the parts, in order; the last takes all that is left. They are made where they"
                            + " are not there.")
            List<@NotBlank String> into)
            implements Transform {

        /** Copies what it is given. */
        public Split {
            into = into == null ? List.of() : List.copyOf(into);
        }
    }

    /** Takes a part of values by position. */
    record Substring(
            @NotBlank @About("The column.") String column,

            @About(
                    value = "The first character taken: 1 is the first one, -1 the last, -2 the one before.",
                    byDefault = "1")
            Integer from,

            @About("How many characters are taken; all from there where absent.") @Nullable
            Integer length,

            @Size(min = 1) @About("The column that takes the part; the same where absent.") @Nullable
            String into)
            implements Transform {

        /**
         * Fills in what may be absent.
         *
         * @throws IllegalArgumentException when there is no such part
         */
        public Substring {
            from = from == null ? 1 : from;
            if (from == 0 || (length != null && length < 0)) {
                throw new IllegalArgumentException("from must not be 0, and length not be negative");
            }
        }
    }

    /** Removes white space around values. */
    record Trim(
            @Size(max = 1000) @About("The columns; all where absent.")
            List<@NotBlank String> columns) implements Transform {

        /** Fills in what may be absent. */
        public Trim {
            columns = columns == null ? List.of() : List.copyOf(columns);
        }
    }

    /** Writes dates in another way. */
    record DateFormat(
            @NotBlank @About("The column.") String column,

            @Size(min = 1, max = 100) @About("The pattern of the values (java.time); ISO 8601 where absent.") @Nullable
            String from,

            @NotNull @Size(min = 1, max = 100) @About("The pattern that they are written in.")
            String to,

            @About(value = "The zone of values without an offset.", byDefault = "UTC")
            ZoneId zone,

            @About("The zone that they are written in; zone, or the offset of the value, where absent.") @Nullable
            ZoneId toZone,

            @Size(min = 1) @About("The column that takes the date; the same where absent.") @Nullable
            String into)
            implements Transform {

        /**
         * Fills in what may be absent.
         *
         * @throws IllegalArgumentException when a pattern cannot be used
         */
        public DateFormat {
            zone = zone == null ? UTC : zone;
            checkPattern(from, "from");
            checkPattern(to, "to");
        }
    }

    /** Counts the time between two dates. */
    record DateDifference(
            @NotBlank @About("The column of the earlier date.")
            String from,

            @Size(min = 1)
            @About("The column of the later date; the moment at which the run began where absent.")
            @Nullable
            String to,

            @NotNull @About("seconds, minutes, hours, days, weeks, months or years; whole ones are counted.")
            Unit unit,

            @Size(min = 1, max = 100) @About("The pattern of the values (java.time); ISO 8601 where absent.") @Nullable
            String pattern,

            @About(
                    value = "The zone of values without an offset, in which days and longer are counted.",
                    byDefault = "UTC")
            ZoneId zone,

            @NotBlank @About("The column that takes the number; it is made where it is not there.")
            String into)
            implements Transform {

        /** What is counted. */
        public enum Unit {
            /** Seconds. */
            SECONDS,
            /** Minutes. */
            MINUTES,
            /** Hours. */
            HOURS,
            /** Days. */
            DAYS,
            /** Weeks. */
            WEEKS,
            /** Months. */
            MONTHS,
            /** Years. */
            YEARS
        }

        /**
         * Fills in what may be absent.
         *
         * @throws IllegalArgumentException when the pattern cannot be used
         */
        public DateDifference {
            zone = zone == null ? UTC : zone;
            checkPattern(pattern, "pattern");
        }
    }

    /** A text of a job file that goes into values. */
    int MOST_TEXT = 1_000;

    /** The zone where none is named. */
    ZoneId UTC = ZoneId.of("UTC");

    private static void checkPattern(@Nullable String pattern, String key) {
        if (pattern == null) {
            return;
        }

        try {
            var ignored = DateTimeFormatter.ofPattern(pattern, Locale.ROOT);
        } catch (IllegalArgumentException | DateTimeException fault) {
            throw new IllegalArgumentException(key + " is no pattern of a date. Write one such as dd.MM.yyyy", fault);
        }
    }

    /** The kind as written in job files. */
    default String kind() {
        return switch (this) {
            case Required ignored -> "required";
            case Rename ignored -> "rename";
            case Constant ignored -> "constant";
            case Prefix ignored -> "prefix";
            case Suffix ignored -> "suffix";
            case Concatenate ignored -> "concatenate";
            case Case ignored -> "case";
            case ValueMap ignored -> "map";
            case Replace ignored -> "replace";
            case Split ignored -> "split";
            case Substring ignored -> "substring";
            case Trim ignored -> "trim";
            case DateFormat ignored -> "date-format";
            case DateDifference ignored -> "date-difference";
        };
    }
}
