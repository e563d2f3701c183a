package io.muster.directory.store;

import io.muster.directory.ContactField;
import io.muster.directory.Lineage;
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

    /**
     * Number, version, times, the values, then their lineage: what {@link #contact} reads. The directory's column is not
     * among them.
     */
    public static final String ALL = String.join(", ", OF_ROW) + ", " + String.join(", ", OF_VALUES) + ", lineage";

    /** The directory, number, version, times, opt-out and lineage, then the values as a {@link io.muster.directory.ProfileLine} has them. */
    public static final String IN_BULK = "directory_id, " + String.join(", ", OF_ROW) + ", unsubscribed, lineage, "
            + OF_VALUES.stream()
                    .filter(column -> !column.equals("unsubscribed"))
                    .collect(Collectors.joining(", "));

    /** Every column of the values, and their lineage, set to a parameter, in the order of {@link #parameters}. */
    public static final String SET_VALUES =
            OF_VALUES.stream().map(column -> column + " = ?, ").collect(Collectors.joining()) + "lineage = ?";

    /** Where the values begin in {@link #ALL}, counted from 1. */
    public static final int FIRST_VALUE = OF_ROW.size() + 1;

    /** Where the lineage is in {@link #ALL}, counted from 1. */
    public static final int LINEAGE = FIRST_VALUE + OF_VALUES.size();

    private ContactColumns() {}

    /** The column of a field. */
    public static String of(ContactField field) {
        return OF_VALUES.get(field.place());
    }

    /** {@link #ALL}, each column of the table with this alias. */
    public static String of(String alias) {
        return alias + "." + ALL.replace(", ", ", " + alias + ".");
    }

    /** The contact in a result that begins with {@link #ALL}. */
    public static StoredContact contact(ResultSet row) throws SQLException {
        return new StoredContact(
                row.getLong(1),
                row.getInt(2),
                row.getLong(3),
                row.getLong(4),
                profile(row),
                Lineage.of(row.getBytes(LINEAGE)));
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
        parameters.addAll(parameters(contact.profile(), contact.lineage()));
        return parameters;
    }

    /** The values and their lineage as parameters of a statement, in the order of their columns. */
    public static List<@Nullable Object> parameters(Profile profile, Lineage lineage) {
        List<@Nullable Object> parameters = new ArrayList<>(OF_VALUES.size() + 1);
        for (ContactField field : ContactField.ALL) {
            parameters.add(profile.field(field));
        }

        parameters.add(profile.unsubscribed() ? 1 : 0);
        parameters.add(profile.embeddedJson());
        parameters.add(lineage.stored());
        return parameters;
    }
}
