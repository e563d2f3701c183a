package io.muster.extract.jdbc;

import io.muster.support.Refusal;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How the values of a column become text: numbers in full and without an exponent, dates and times in the form of ISO 8601
 * to the precision that is stored, all else as the driver writes it. NULL is blank.
 */
enum ColumnText {
    TEXT {
        @Override
        @Nullable
        Object read(ResultSet row, int column) throws SQLException {
            return row.getString(column);
        }
    },
    NUMBER {
        @Override
        @Nullable
        Object read(ResultSet row, int column) throws SQLException {
            return row.getBigDecimal(column);
        }

        @Override
        Object parse(String text) {
            return new BigDecimal(text);
        }
    },
    /** Binary fractions, in the shortest form that reads back as the same number. */
    FRACTION {
        @Override
        @Nullable
        Object read(ResultSet row, int column) throws SQLException {
            String text = row.getString(column);
            return text == null || !text.matches("[-+]?[0-9.]+([eE][-+]?[0-9]+)?") ? text : shortest(text);
        }

        private BigDecimal shortest(String text) {
            BigDecimal number = new BigDecimal(text);
            return number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
        }
    },
    TRUTH {
        @Override
        @Nullable
        Object read(ResultSet row, int column) throws SQLException {
            boolean value = row.getBoolean(column);
            return row.wasNull() ? null : Boolean.toString(value);
        }
    },
    DATE {
        @Override
        @Nullable
        Object read(ResultSet row, int column) throws SQLException {
            return row.getObject(column, LocalDate.class);
        }

        @Override
        Object parse(String text) {
            return LocalDate.parse(text);
        }
    },
    TIME {
        @Override
        @Nullable
        Object read(ResultSet row, int column) throws SQLException {
            return row.getObject(column, LocalTime.class);
        }
    },
    ZONED_TIME {
        @Override
        @Nullable
        Object read(ResultSet row, int column) throws SQLException {
            return row.getObject(column, OffsetTime.class);
        }
    },
    DATE_TIME {
        @Override
        @Nullable
        Object read(ResultSet row, int column) throws SQLException {
            return row.getObject(column, LocalDateTime.class);
        }

        @Override
        Object parse(String text) {
            return LocalDateTime.parse(text);
        }
    },
    MOMENT {
        @Override
        @Nullable
        Object read(ResultSet row, int column) throws SQLException {
            return row.getObject(column, OffsetDateTime.class);
        }

        @Override
        Object parse(String text) {
            return OffsetDateTime.parse(text);
        }
    };

    /** The value; null for NULL. */
    abstract @Nullable Object read(ResultSet row, int column) throws SQLException;

    /** The value that was written as this text. */
    Object parse(String text) {
        throw new IllegalArgumentException("not a watermark: " + text);
    }

    /** Whether values have an order that a watermark can follow. */
    boolean grows() {
        return this == NUMBER || this == DATE || this == DATE_TIME || this == MOMENT;
    }

    static String text(@Nullable Object value) {
        return switch (value) {
            case null -> "";
            case BigDecimal number -> number.toPlainString();
            case LocalDate date -> date.toString();
            case LocalTime time -> DateTimeFormatter.ISO_LOCAL_TIME.format(time);
            case OffsetTime time -> DateTimeFormatter.ISO_OFFSET_TIME.format(time);
            case LocalDateTime time -> DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(time);
            case OffsetDateTime time -> DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(time);
            case TemporalAccessor time -> time.toString();
            default -> value.toString();
        };
    }

    /**
     * How a column becomes text.
     *
     * @param doing begins the message of a refusal
     */
    static ColumnText of(ResultSetMetaData columns, int column, String doing) throws SQLException {
        String name = columns.getColumnLabel(column);
        String type = columns.getColumnTypeName(column).toLowerCase(Locale.ROOT);
        return switch (columns.getColumnType(column)) {
            case Types.TINYINT, Types.SMALLINT, Types.INTEGER, Types.BIGINT, Types.DECIMAL, Types.NUMERIC -> NUMBER;
            case Types.REAL, Types.FLOAT, Types.DOUBLE -> FRACTION;
            case Types.BOOLEAN -> TRUTH;
            case Types.BIT -> columns.getPrecision(column) > 1 ? bytes(doing, name) : TRUTH;
            case Types.DATE -> DATE;
            case Types.TIME -> type.equals("timetz") ? ZONED_TIME : TIME;
            case Types.TIME_WITH_TIMEZONE -> ZONED_TIME;
            // MySQL's TIMESTAMP and PostgreSQL's timestamptz are moments, whatever the driver calls them.
            case Types.TIMESTAMP -> type.equals("timestamptz") || isMomentOfMySql(columns, type) ? MOMENT : DATE_TIME;
            case Types.TIMESTAMP_WITH_TIMEZONE -> MOMENT;
            case Types.BINARY, Types.VARBINARY, Types.LONGVARBINARY, Types.BLOB -> bytes(doing, name);
            default -> TEXT;
        };
    }

    private static boolean isMomentOfMySql(ResultSetMetaData columns, String type) {
        return type.equals("timestamp") && columns.getClass().getName().startsWith("com.mysql.");
    }

    private static ColumnText bytes(String doing, String name) {
        throw Refusal.failed(
                "BYTES",
                "Cannot %s: the column %s holds bytes, not text. Leave it out of the query, or have the query convert it."
                        .formatted(doing, name));
    }
}
