package io.muster.directory.store;

import io.muster.directory.ContactField;
import io.muster.directory.Profile;
import io.muster.directory.StoredContact;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The columns of a contact's row, named in one place and read in one order. */
public final class ContactColumns {

    private static final List<String> OF_VALUES =
            List.of("first_name", "last_name", "email", "phone", "ext_ref", "language", "unsubscribed", "embedded");

    private static final List<String> OF_ROW = List.of("number", "version", "created_at", "modified_at");

    /** Number, version, times, then the values: what {@link #contact} reads. The directory's column is not among them. */
    public static final String ALL = String.join(", ", OF_ROW) + ", " + String.join(", ", OF_VALUES);

    /** Every column of the values set to a parameter, in the order of {@link #parameters}. */
    public static final String SET_VALUES =
            OF_VALUES.stream().map(column -> column + " = ?").collect(Collectors.joining(", "));

    /** Where the values begin in {@link #ALL}, counted from 1. */
    public static final int FIRST_VALUE = OF_ROW.size() + 1;

    private ContactColumns() {}

    /** {@link #ALL}, each column of the table with this alias. */
    public static String of(String alias) {
        return alias + "." + ALL.replace(", ", ", " + alias + ".");
    }

    /** The contact in a result that begins with {@link #ALL}. */
    public static StoredContact contact(ResultSet row) throws SQLException {
        return new StoredContact(row.getLong(1), row.getInt(2), row.getLong(3), row.getLong(4), profile(row));
    }

    private static Profile profile(ResultSet row) throws SQLException {
        int fields = ContactField.ALL.size();
        @Nullable String[] values = new String[fields];
        for (int i = 0; i < fields; i++) {
            values[i] = row.getString(FIRST_VALUE + i);
        }

        return Profile.stored(values, row.getInt(FIRST_VALUE + fields) != 0, row.getString(FIRST_VALUE + fields + 1));
    }

    /** The whole row as parameters of a statement, in the order of {@link #ALL}. */
    public static List<@Nullable Object> parameters(StoredContact contact) {
        List<@Nullable Object> parameters = new ArrayList<>(
                List.of(contact.number(), contact.version(), contact.createdAt(), contact.modifiedAt()));
        parameters.addAll(parameters(contact.profile()));
        return parameters;
    }

    /** The values as parameters of a statement, in the order of their columns. */
    public static List<@Nullable Object> parameters(Profile profile) {
        List<@Nullable Object> parameters = new ArrayList<>(OF_VALUES.size());
        for (ContactField field : ContactField.ALL) {
            parameters.add(profile.field(field));
        }

        parameters.add(profile.unsubscribed() ? 1 : 0);
        parameters.add(profile.embeddedJson());
        return parameters;
    }
}
