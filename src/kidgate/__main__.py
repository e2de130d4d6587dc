from kidgate.cli import main

main()
