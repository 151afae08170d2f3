import FoundlingCLI

CommandLineTool.run()
