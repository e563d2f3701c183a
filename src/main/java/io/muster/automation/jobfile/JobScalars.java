package io.muster.automation.jobfile;

import io.muster.automation.schedule.Cron;
import io.muster.extract.record.MemberPath;
import io.muster.extract.source.SecretRef;
import io.muster.jobs.contactimport.Limit;
import io.muster.jobs.contactimport.NumberForm;
import io.muster.jobs.contactimport.Target;
import io.muster.support.document.binding.Scalars;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.springframework.util.unit.DataSize;

/**
 * The types of single values that only job files have, beside those that every document knows. A secret is always a
 * reference, and a message never repeats the text of one.
 */
final class JobScalars {

    private static final Pattern SIZE = Pattern.compile("([0-9]{1,9})(B|KB|MB|GB)");
    private static final String REFERENCE = "^(env:[A-Za-z_][A-Za-z0-9_]*|file:.+)$";

    private static final String TARGET =
            "^(firstName|lastName|email|phone|extRef|language|unsubscribed(\\.list|\\.directory)?|contactId|action|asOf|ignore"
                    + "|embedded\\..+|list\\..+|transaction\\.(id|date|field\\..+)"
                    + "|touchpoint\\.(channel|kind|time|survey|intercept|project|display|session|key))$";

    private JobScalars() {}

    static Scalars all() {
        return new Scalars()
                .with(DataSize.class, JobScalars::size, Map.of("type", "string", "pattern", "^[0-9]{1,9}(B|KB|MB|GB)$"))
                .with(Limit.class, Limit::parse, Map.of("type", List.of("string", "number")))
                .with(Setting.class, Setting::parse, Map.of("type", List.of("string", "integer"), "minLength", 1))
                .with(SecretRef.class, JobScalars::secret, Map.of("type", "string", "pattern", REFERENCE))
                .with(
                        FileReading.Delimiter.class,
                        FileReading.Delimiter::parse,
                        Map.of("type", "string", "pattern", "^(.|tab|\\\\t)$"))
                .with(ContactImportJob.DatePattern.class, JobScalars::datePattern, Map.of("type", "string"))
                .with(NumberForm.class, NumberForm::parse, Map.of("type", "string"))
                .with(Target.class, JobScalars::target, Map.of("type", "string", "pattern", TARGET))
                .with(MemberPath.class, MemberPath::of, Map.of("type", "string", "pattern", "^\\$"))
                .with(Cron.class, Cron::parse, Map.of("type", "string"));
    }

    /** Problems of rows are told by Muster, not by files. */
    private static Target target(String text) {
        return Target.parse(text.strip().equals("problem") ? "" : text);
    }

    /** A person may have written the secret itself here: the message must not repeat it. */
    private static SecretRef secret(String text) {
        if (!References.isReference(text)) {
            throw new IllegalArgumentException("must not be in the file in plain text. Write env:NAME for an"
                    + " environment variable or file:PATH for a file that holds the secret");
        }

        return SecretRef.of(References.checked(text));
    }

    private static DataSize size(String text) {
        if (!SIZE.matcher(text).matches()) {
            throw new IllegalArgumentException("must be a size with B, KB, MB or GB, such as 500MB");
        }

        DataSize size = DataSize.parse(text);
        if (size.toBytes() < 1) {
            throw new IllegalArgumentException("must be 1B or more");
        }

        return size;
    }

    private static ContactImportJob.DatePattern datePattern(String text) {
        try {
            var ignored = DateTimeFormatter.ofPattern(text, Locale.ROOT);
            return new ContactImportJob.DatePattern(text);
        } catch (IllegalArgumentException ignored) {
            throw new IllegalArgumentException("is not a date pattern. Write one such as dd.MM.yyyy");
        }
    }
}
