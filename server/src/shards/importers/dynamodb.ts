/** DynamoDB tables in Terraform, CloudFormation, SAM and serverless.yml: the partition key decides where an item lies. */
import { defineImporter, type SourceText } from '../importer';
import { lastOfEach, nothing } from './declared';
import { readCloudFormation } from './dynamodb/cloudFormation';
import { type Declared, keyedTable } from './dynamodb/table';
import { readTerraform } from './dynamodb/terraform';

export default defineImporter({
  id: 'dynamodb',
  title: 'DynamoDB tables',
  page: {
    notRead:
      'Tables that the CDK, Pulumi or a program makes, and Terraform in JSON. Names and keys that are computed: a table is then known by the name of its resource. Secondary indexes. HCL is read by a small reader of its own, since the parsers on npm are large, give no places, or are not kept up.',
    sources: [
      'https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/dynamodb_table',
      'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-dynamodb-table.html',
      'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html',
    ],
  },
  files: [
    '**/*.tf',
    '**/*.{template,template.json}',
    '**/{template,serverless,cloudformation*,*dynamo*,*stack*}.{yml,yaml,json}',
  ],
  accepts: ({ text }) =>
    /\baws_dynamodb_table\b|dynamodb-table|AWS::(?:DynamoDB::(?:Global)?Table|Serverless::SimpleTable)\b/.test(text),
  implies: { dialect: 'postgresql', router: 'dynamodb' },
  import(files) {
    const read = files.map(declaredIn);
    const tables = read.flatMap((each) => each.tables.map(keyedTable));
    return {
      ...nothing,
      tables: lastOfEach(tables.flatMap(({ table }) => table ?? [])),
      problems: [...read.flatMap(({ problems }) => problems), ...tables.flatMap(({ problems }) => problems)],
    };
  },
});

const declaredIn = (file: SourceText): Declared =>
  file.path.endsWith('.tf') ? readTerraform(file) : readCloudFormation(file);
