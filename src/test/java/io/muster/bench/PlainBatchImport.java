package io.muster.bench;

import com.mysql.cj.jdbc.MysqlDataSource;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.configuration.support.MapJobRegistry;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.JobExecution;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.job.parameters.JobParameters;
import org.springframework.batch.core.launch.support.TaskExecutorJobOperator;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.repository.support.JdbcJobRepositoryFactoryBean;
import org.springframework.batch.core.step.builder.StepBuilder;
import org.springframework.batch.infrastructure.item.database.JdbcBatchItemWriter;
import org.springframework.batch.infrastructure.item.file.FlatFileItemReader;
import org.springframework.batch.infrastructure.item.file.builder.FlatFileItemReaderBuilder;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.FileSystemResource;
import org.springframework.core.task.SyncTaskExecutor;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.datasource.init.ScriptUtils;
import org.springframework.jdbc.support.JdbcTransactionManager;

/**
 * What people write with Spring Batch: a {@link FlatFileItemReader} and a {@link JdbcBatchItemWriter} that upserts by
 * the reference, 1,000 rows a chunk, statements rewritten into multi-row ones. It does less than an import of Muster: it
 * validates nothing, knows one key instead of two, and keeps no list, no claims and no journal.
 */
public final class PlainBatchImport {

    private static final String TABLE = """
            CREATE TABLE plain_contact (
              id BIGINT NOT NULL AUTO_INCREMENT,
              first_name VARCHAR(255), last_name VARCHAR(255), email VARCHAR(254), phone VARCHAR(40),
              ext_ref VARCHAR(255) NOT NULL, language VARCHAR(35), unsubscribed TINYINT NOT NULL,
              plan VARCHAR(255), city VARCHAR(255), points VARCHAR(255), last_purchase VARCHAR(255), note VARCHAR(255),
              PRIMARY KEY (id), UNIQUE KEY plain_contact_ref (ext_ref)
            ) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
            """;

    private static final String UPSERT = """
            INSERT INTO plain_contact (first_name, last_name, email, phone, ext_ref, language, unsubscribed, plan, city,
              points, last_purchase, note)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON DUPLICATE KEY UPDATE first_name = VALUES(first_name), last_name = VALUES(last_name),
              email = VALUES(email), phone = VALUES(phone), language = VALUES(language),
              unsubscribed = VALUES(unsubscribed), plan = VALUES(plan), city = VALUES(city), points = VALUES(points),
              last_purchase = VALUES(last_purchase), note = VALUES(note)
            """;

    private static final List<String> COLUMNS = List.of(
            "firstName",
            "lastName",
            "email",
            "phone",
            "extRef",
            "language",
            "unsubscribed",
            "plan",
            "city",
            "points",
            "lastPurchase",
            "note");

    private PlainBatchImport() {}

    /** Arguments: the JDBC URL of an empty schema, the file. */
    public static void main(String[] args) throws Exception {
        MysqlDataSource dataSource = new MysqlDataSource();
        dataSource.setUrl(args[0] + (args[0].contains("?") ? "&" : "?") + "rewriteBatchedStatements=true");
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(TABLE);
            ScriptUtils.executeSqlScript(
                    connection, new ClassPathResource("org/springframework/batch/core/schema-mysql.sql"));
        }

        // One connection kept open, as a pool would.
        try (var pool = new com.zaxxer.hikari.HikariDataSource()) {
            pool.setDataSource(dataSource);
            run(pool, Path.of(args[1]));
        }
    }

    private static void run(DataSource dataSource, Path file) throws Exception {
        JdbcTransactionManager transactions = new JdbcTransactionManager(dataSource);
        JdbcJobRepositoryFactoryBean factory = new JdbcJobRepositoryFactoryBean();
        factory.setDataSource(dataSource);
        factory.setTransactionManager(transactions);
        factory.afterPropertiesSet();
        JobRepository repository = factory.getObject();
        FlatFileItemReader<Map<String, String>> reader = new FlatFileItemReaderBuilder<Map<String, String>>()
                .name("contacts")
                .resource(new FileSystemResource(file))
                .encoding("UTF-8")
                .linesToSkip(1)
                .delimited()
                .names(COLUMNS.toArray(new String[0]))
                .fieldSetMapper(fields -> {
                    Map<String, String> row = new java.util.HashMap<>();
                    COLUMNS.forEach(column -> row.put(column, fields.readString(column)));
                    return row;
                })
                .build();
        JdbcBatchItemWriter<Map<String, String>> writer = new JdbcBatchItemWriter<>();
        writer.setJdbcTemplate(new NamedParameterJdbcTemplate(dataSource));
        writer.setSql(UPSERT);
        writer.setItemPreparedStatementSetter((row, statement) -> {
            for (int i = 0; i < COLUMNS.size(); i++) {
                String value = row.get(COLUMNS.get(i));
                if (i == 6) {
                    statement.setInt(7, "true".equals(value) ? 1 : 0);
                } else {
                    statement.setString(i + 1, value == null || value.isEmpty() ? null : value);
                }
            }
        });
        writer.setAssertUpdates(false);
        writer.afterPropertiesSet();
        Job job = new JobBuilder("plain", repository)
                .start(new StepBuilder("load", repository)
                        .<Map<String, String>, Map<String, String>>chunk(1000)
                        .transactionManager(transactions)
                        .reader(reader)
                        .writer(writer)
                        .build())
                .build();
        TaskExecutorJobOperator operator = new TaskExecutorJobOperator();
        operator.setJobRepository(repository);
        operator.setJobRegistry(new MapJobRegistry());
        operator.setTaskExecutor(new SyncTaskExecutor());
        operator.afterPropertiesSet();
        JobExecution execution = operator.start(job, new JobParameters());
        if (execution.getStatus() != BatchStatus.COMPLETED) {
            throw new IllegalStateException("The plain job ended as " + execution);
        }
    }
}
