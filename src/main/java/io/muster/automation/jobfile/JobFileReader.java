package io.muster.automation.jobfile;

import io.muster.support.document.DocumentKind;
import io.muster.support.document.Documents;
import io.muster.support.document.Node;
import io.muster.support.document.Place;
import io.muster.support.document.Problems;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.ElementKind;
import jakarta.validation.Validation;
import jakarta.validation.Validator;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.hibernate.validator.messageinterpolation.ParameterMessageInterpolator;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.KeyDeserializer;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

/** Reads the text of one job file: shape, binding, constraints and what keys have to do with each other. */
final class JobFileReader {

    /** A job file of a thousand mapped columns has about 40 KiB. */
    static final int MAX_BYTES = 1 << 20;

    private static final String TOO_LONG =
            "is larger than 1 MiB, which no job file needs. Check that it is the right file";

    private static final DocumentKind DOCUMENTS = new DocumentKind(
            "job files",
            "one job",
            "docs/job-files.md",
            new DocumentKind.Limits(
                    MAX_BYTES, TOO_LONG, 30, "is nested deeper than 30 levels. No job file needs that", 0));

    private final Scalars scalars = new Scalars();
    private final ObjectMapper mapper;
    private final Validator validator;

    JobFileReader() {
        SimpleModule module = new SimpleModule();
        scalars.all().forEach(scalar -> register(module, scalar));
        mapper = JsonMapper.builder()
                .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .addModule(module)
                .build();
        validator = Validation.byDefaultProvider()
                .configure()
                .messageInterpolator(new ParameterMessageInterpolator(
                        java.util.Set.of(Locale.ENGLISH), Locale.ENGLISH, context -> Locale.ENGLISH, true))
                .buildValidatorFactory()
                .getValidator();
    }

    /** The job, or everything that is wrong with the file. */
    JobFileContent read(Path file, byte[] bytes) {
        Problems problems = new Problems();
        Optional<JobFile> job = text(bytes, problems)
                .flatMap(text -> Documents.read(text, DOCUMENTS, problems))
                .flatMap(root -> bind(root, problems));
        return problems.isEmpty() && job.isPresent()
                ? new JobFileContent.Good(job.get())
                : new JobFileContent.Bad(problems.sorted());
    }

    private static Optional<String> text(byte[] bytes, Problems problems) {
        if (bytes.length > MAX_BYTES) {
            problems.add(Place.START, "", TOO_LONG);
            return Optional.empty();
        }

        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return Optional.of(text);
        } catch (CharacterCodingException ignored) {
            problems.add(Place.START, "", "is not UTF-8. Save it as UTF-8");
            return Optional.empty();
        }
    }

    private Optional<JobFile> bind(Node root, Problems problems) {
        ShapeCheck shape = new ShapeCheck(scalars, problems);
        JsonNode tree = shape.check(JobFile.class, root);
        if (tree == null) {
            return Optional.empty();
        }

        try {
            JobFile job = mapper.treeToValue(tree, JobFile.class);
            for (ConstraintViolation<JobFile> violation : validator.validate(job)) {
                report(violation, shape, problems);
            }

            // Two checks may find fault with one group; what the shape or a constraint refused is not refused again.
            List<Runnable> found = new ArrayList<>();
            new JobChecks((field, reason) -> {
                        if (!problems.covers(field)) {
                            found.add(() -> problems.add(shape.place(field), field, reason));
                        }
                    })
                    .check(job);
            found.forEach(Runnable::run);
            return Optional.of(job);
        } catch (JacksonException failure) {
            problems.add(root.place(), "", "cannot be bound: " + failure.getOriginalMessage());
            return Optional.empty();
        }
    }

    private static void report(ConstraintViolation<JobFile> violation, ShapeCheck shape, Problems problems) {
        String field = field(violation.getPropertyPath());
        if (problems.covers(field)) {
            return;
        }

        boolean missing = violation.getInvalidValue() == null
                && List.of(NotNull.class, NotBlank.class)
                        .contains(violation
                                .getConstraintDescriptor()
                                .getAnnotation()
                                .annotationType());
        problems.add(
                shape.place(field),
                field,
                missing ? "is missing. Add it, see docs/job-files.md" : violation.getMessage());
    }

    /** The path as people write it: {@code schedules[0].cron}, {@code mapping.columns.Email}. */
    private static String field(jakarta.validation.Path path) {
        StringBuilder field = new StringBuilder();
        for (var node : path) {
            if (node.getIndex() != null) {
                field.append('[').append(node.getIndex()).append(']');
            } else if (node.getKey() != null) {
                Object key = node.getKey();
                field.append('.')
                        .append(key instanceof io.muster.jobs.contactimport.Target target ? target.text() : key);
            }

            if (node.getKind() == ElementKind.PROPERTY) {
                field.append(field.isEmpty() ? "" : ".").append(ShapeCheck.key(node.getName()));
            }
        }

        return field.toString();
    }

    private static <T> void register(SimpleModule module, Scalars.Scalar<T> scalar) {
        if (scalar.type().getName().startsWith("java.lang.")) {
            return;
        }

        module.addDeserializer(scalar.type(), new ValueDeserializer<T>() {
            @Override
            public T deserialize(JsonParser parser, DeserializationContext context) {
                return scalar.read().apply(parser.getString());
            }
        });
        module.addKeyDeserializer(scalar.type(), new KeyDeserializer() {
            @Override
            public Object deserializeKey(String key, DeserializationContext context) {
                return scalar.read().apply(key);
            }
        });
    }
}
