package io.muster.dedup.resolve;

import io.muster.directory.ContactField;
import io.muster.directory.EmbeddedJson;
import io.muster.directory.FieldValues;
import io.muster.load.ContactImage;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** The values of a stored image, embedded data read when it is first asked for. */
final class ImageValues implements FieldValues {

    private final ContactImage image;
    private @Nullable SortedMap<String, String> embedded;

    ImageValues(ContactImage image) {
        this.image = image;
    }

    @Override
    public @Nullable String field(ContactField field) {
        return field(image, field);
    }

    @Override
    public @Nullable String embedded(String name) {
        SortedMap<String, String> read = embedded;
        if (read == null) {
            read = EmbeddedJson.read(image.embedded());
            embedded = read;
        }

        return read.get(name);
    }

    static @Nullable String field(ContactImage image, ContactField field) {
        return switch (field) {
            case FIRST_NAME -> image.firstName();
            case LAST_NAME -> image.lastName();
            case EMAIL -> image.email();
            case PHONE -> image.phone();
            case EXT_REF -> image.extRef();
            case LANGUAGE -> image.language();
        };
    }
}
