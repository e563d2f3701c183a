package io.muster.runs;

import io.micrometer.observation.ObservationRegistry;
import io.muster.database.BulkDataSource;
import io.muster.database.TestDatabase;
import io.muster.dedup.IdentityRules;
import io.muster.directory.FieldPolicy;
import io.muster.directory.store.Directories;
import io.muster.extract.csv.FileFormat;
import io.muster.extract.record.RecordSources;
import io.muster.extract.source.StopSignal;
import io.muster.jobs.Progress;
import io.muster.jobs.Run;
import io.muster.jobs.RunLedger;
import io.muster.jobs.contactimport.ImportEvents;
import io.muster.jobs.contactimport.ImportLimits;
import io.muster.jobs.contactimport.ImportMode;
import io.muster.jobs.contactimport.ImportSpec;
import io.muster.jobs.contactimport.ImportStores;
import io.muster.jobs.contactimport.ImportTuning;
import io.muster.jobs.contactimport.ListTarget;
import io.muster.jobs.contactimport.Mapping;
import io.muster.support.Ids;
import io.muster.support.Spool;
import io.muster.support.StateFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.annotation.Annotation;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.batch.core.launch.JobOperator;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.beans.factory.annotation.AnnotatedGenericBeanDefinition;
import org.springframework.beans.factory.support.AutowireCandidateQualifier;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/** The whole import job on a test database, in portions of any size. */
public final class ImportFixture implements AutoCloseable {

    /** Everything at once: the portions of daily work. */
    public static final ImportTuning USUAL =
            new ImportTuning(2, ImportTuning.BLOCK_SIZE, ImportTuning.ROWS_AT_ONCE, null);

    private final AnnotationConfigApplicationContext context;
    private final Path home;
    private final Path files;
    private int fileNumber;

    public ImportFixture(TestDatabase database, Path folder) {
        this(database, folder, RunsConfiguration.class);
    }

    /** With these beans; job files are those in the folder {@code jobs}. */
    public ImportFixture(TestDatabase database, Path folder, Class<?> configuration) {
        this.home = folder.resolve("home");
        this.files = folder.resolve("files");
        try {
            Files.createDirectories(files);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }

        context = new AnnotationConfigApplicationContext();
        context.registerBean(Clock.class, Clock::systemUTC);
        context.registerBean(JsonMapper.class, () -> JsonMapper.builder().build());
        context.registerBean(StateFolder.class, () -> new StateFolder(home));
        context.registerBean(Spool.class, () -> new Spool(home.resolve("spool")));
        context.registerBean("dataSource", DataSource.class, database::dataSource, definition -> {
            definition.setPrimary(true);
            definition.setDestroyMethodName("");
        });
        bulk(database, BulkDataSource.class);
        context.registerBean(JdbcClient.class, database::jdbc);
        context.registerBean(Ids.class, database::ids);
        context.registerBean(PlatformTransactionManager.class, database::transactions);
        context.registerBean(
                TransactionTemplate.class,
                () -> new TransactionTemplate(context.getBean(PlatformTransactionManager.class)));
        context.getEnvironment()
                .getPropertySources()
                .addFirst(new MapPropertySource(
                        "test", Map.of("muster.jobs", folder.resolve("jobs").toString())));
        context.register(configuration);
        context.refresh();
    }

    private void bulk(TestDatabase database, Class<? extends Annotation> qualifier) {
        AnnotatedGenericBeanDefinition definition = new AnnotatedGenericBeanDefinition(DataSource.class);
        definition.setInstanceSupplier(database::bulkDataSource);
        definition.addQualifier(new AutowireCandidateQualifier(qualifier));
        definition.setDestroyMethodName("");
        context.registerBeanDefinition("bulkDataSource", definition);
    }

    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    /** Runs that work in portions of this size, as a process of their own would. */
    public AwaitedRuns runs(ImportTuning pace) {
        OperatorSettings settings = new OperatorSettings(pace, 4, "test");
        RunsConfiguration beans = new RunsConfiguration();
        ImportRuns imports = beans.importRuns(
                bean(ImportStores.class),
                bean(Directories.class),
                bean(IdentityRules.class),
                bean(JobRepository.class),
                context.getBeanProvider(DeliverySources.class),
                context.getBeanProvider(ImportSettings.class),
                context.getBeanProvider(RecordSources.class),
                bean(Spool.class),
                settings,
                bean(JsonMapper.class));
        return new AwaitedRuns(service(imports, bean(RebuildRuns.class)));
    }

    RunService service(RebuildRuns rebuilds) {
        return service(bean(ImportRuns.class), rebuilds);
    }

    private RunService service(ImportRuns imports, RebuildRuns rebuilds) {
        return new RunsConfiguration()
                .runService(
                        bean(RunLedger.class),
                        imports,
                        rebuilds,
                        bean(UpkeepRuns.class),
                        bean(UndoRuns.class),
                        bean(FileOutRuns.class),
                        bean(JobOperator.class),
                        bean(JobRepository.class),
                        context,
                        context.getBeanProvider(ObservationRegistry.class),
                        bean(Clock.class),
                        bean(Ids.class),
                        new StopSignal());
    }

    public Run load(Path file, ImportSpec spec, ImportTuning pace) {
        return runs(pace).importFile(file, spec, Progress.NONE);
    }

    public Path file(String content) {
        return file("in-" + ++fileNumber + ".csv", content.getBytes(StandardCharsets.UTF_8));
    }

    public Path file(String name, byte[] content) {
        try {
            return Files.write(files.resolve(name), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Path spool(Run run) {
        return home.resolve("spool").resolve(run.id());
    }

    /** An upload into a directory, changed as told. */
    public static ImportSpec spec(int directory, UnaryOperator<SpecBuilder> changes) {
        return changes.apply(new SpecBuilder(directory)).build();
    }

    public static ImportSpec spec(int directory) {
        return spec(directory, builder -> builder);
    }

    @Override
    public void close() {
        context.close();
    }

    /** Everything an import is told, an upload's defaults first. */
    public static final class SpecBuilder {
        private final int directory;
        private ListTarget list = new ListTarget.None();
        private ImportMode mode = ImportMode.UPSERT;
        private Mapping mapping = Mapping.ofUpload();
        private Map<String, FieldPolicy> policies = Map.of();
        private @Nullable List<String> nullTokens;
        private @Nullable String region;
        private Map<String, ImportSpec.OnInvalid> invalid = Map.of();
        private ImportSpec.OptOut optOut = ImportSpec.OptOut.NEVER_LIFT;
        private ImportLimits limits = ImportLimits.none();
        private FileFormat format = FileFormat.detected();
        private ImportEvents events = ImportEvents.USUAL;
        private boolean dryRun;
        private @Nullable String sourceName;

        SpecBuilder(int directory) {
            this.directory = directory;
        }

        public SpecBuilder list(ListTarget target) {
            list = target;
            return this;
        }

        public SpecBuilder mode(ImportMode value) {
            mode = value;
            return this;
        }

        public SpecBuilder mapping(Mapping value) {
            mapping = value;
            return this;
        }

        public SpecBuilder policies(Map<String, FieldPolicy> value) {
            policies = value;
            return this;
        }

        public SpecBuilder nullTokens(List<String> value) {
            nullTokens = value;
            return this;
        }

        public SpecBuilder region(@Nullable String value) {
            region = value;
            return this;
        }

        public SpecBuilder invalid(Map<String, ImportSpec.OnInvalid> value) {
            invalid = value;
            return this;
        }

        public SpecBuilder optOut(ImportSpec.OptOut value) {
            optOut = value;
            return this;
        }

        public SpecBuilder limits(ImportLimits value) {
            limits = value;
            return this;
        }

        public SpecBuilder format(FileFormat value) {
            format = value;
            return this;
        }

        public SpecBuilder source(String name) {
            sourceName = name;
            return this;
        }

        public SpecBuilder events(ImportEvents value) {
            events = value;
            return this;
        }

        public SpecBuilder dryRun() {
            dryRun = true;
            return this;
        }

        ImportSpec build() {
            return new ImportSpec(
                            TestDatabase.IDS.directory(directory),
                            list,
                            mode,
                            mapping,
                            policies,
                            nullTokens,
                            region,
                            invalid,
                            optOut,
                            limits,
                            format,
                            events,
                            dryRun)
                    .from(sourceName);
        }
    }
}
