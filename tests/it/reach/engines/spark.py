"""Runs the statements of `archives sql` in Spark, and prints the view's columns and rows as JSON, a line each."""

import glob
import json
import os
import sys

from pyspark.sql import SparkSession

_, statements, view, _ = sys.argv
# The one hadoop-aws that is to be had is older than Spark's Hadoop: it knows neither its way to write durations nor its
# sources of credentials.
OLDER = {
    "threads.keepalivetime": "60",
    "connection.establish.timeout": "5000",
    "connection.timeout": "200000",
    "multipart.purge.age": "86400",
    "aws.credentials.provider": "com.amazonaws.auth.EnvironmentVariableCredentialsProvider",
}
builder = (
    SparkSession.builder.master("local[2]")
    .config("spark.ui.enabled", "false")
    .config("spark.driver.host", "127.0.0.1")
    .config("spark.driver.bindAddress", "127.0.0.1")
    .config("spark.driver.extraClassPath", os.pathsep.join(glob.glob(sys.prefix + "/s3/*.jar")))
    .config("spark.sql.warehouse.dir", os.path.dirname(statements) + "/warehouse")
    # No other zone may matter.
    .config("spark.sql.session.timeZone", "America/New_York")
)
for name, value in OLDER.items():
    builder = builder.config("spark.hadoop.fs.s3a." + name, value)
spark = builder.getOrCreate()
spark.sparkContext.setLogLevel("OFF")

# As its shell, spark-sql, takes them apart.
text = open(statements, encoding="utf-8").read()
parts = spark._jvm.org.apache.spark.sql.catalyst.util.StringUtils.splitSemiColon(text, False)
for statement in [parts.apply(i) for i in range(parts.size())]:
    if statement.strip():
        spark.sql(statement).collect()
print(json.dumps([[field.name, field.dataType.simpleString()] for field in spark.table(f"`{view}`").schema]))
rows = spark.sql(f"""
    SELECT global_position, position, unix_micros(time), stream_name, type, id, data, metadata
    FROM `{view}` ORDER BY global_position""")
for row in rows.collect():
    print(json.dumps(list(row)))
spark.stop()
